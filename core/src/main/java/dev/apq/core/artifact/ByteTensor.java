package dev.apq.core.artifact;

import java.util.Arrays;

/** A dense tensor of signed bytes, row-major. The values are shared, not copied. */
public final class ByteTensor {
  private final int[] shape;
  private final byte[] data;

  /**
   * @param shape extent of each dimension
   * @param data as many values as the product of the extents, last dimension fastest
   * @throws IllegalArgumentException if the count does not match
   */
  public ByteTensor(int[] shape, byte[] data) {
    long count = 1;
    for (int extent : shape) {
      count = Math.multiplyExact(count, (long) extent);
    }
    if (count != data.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " needs " + count + " values, got " + data.length);
    }
    this.shape = shape.clone();
    this.data = data;
  }

  /** Extent of each dimension. */
  public int[] shape() {
    return shape.clone();
  }

  /** The values, last dimension fastest; not a copy. */
  public byte[] data() {
    return data;
  }
}
