package dev.apq.worker.data;

import java.util.Arrays;

/** Some images of another set, in a given order. */
final class Subset implements ImageSet {
  private final ImageSet whole;
  private final int[] indices;

  private Subset(ImageSet whole, int[] indices) {
    this.whole = whole;
    this.indices = indices;
  }

  /** The images at {@code order[from..to)}. */
  static ImageSet of(ImageSet whole, int[] order, int from, int to) {
    return new Subset(whole, Arrays.copyOfRange(order, from, to));
  }

  @Override
  public int count() {
    return indices.length;
  }

  @Override
  public int channels() {
    return whole.channels();
  }

  @Override
  public int size() {
    return whole.size();
  }

  @Override
  public int label(int index) {
    return whole.label(indices[index]);
  }

  @Override
  public boolean decoded() {
    return whole.decoded();
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    whole.read(indices[index], target, offset);
  }
}
