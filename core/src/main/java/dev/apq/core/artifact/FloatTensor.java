package dev.apq.core.artifact;

import java.util.Arrays;

/** A dense 32-bit float tensor, row-major. The arrays are shared, not copied. */
public final class FloatTensor {
  private final int[] shape;
  private final float[] data;

  /**
   * @param shape extent of each dimension; empty for a scalar
   * @param data as many values as the product of the extents, last dimension fastest
   * @throws IllegalArgumentException if the count does not match
   */
  public FloatTensor(int[] shape, float[] data) {
    long count = 1;
    for (int extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("negative extent in " + Arrays.toString(shape));
      }
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
  public float[] data() {
    return data;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatTensor that
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "FloatTensor" + Arrays.toString(shape);
  }
}
