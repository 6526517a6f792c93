package dev.apq.worker.data;

/** Images held in memory, one byte per value. */
final class MemoryImages implements ImageSet {
  private final int channels;
  private final int size;
  private final byte[] pixels;
  private final int[] labels;

  /**
   * @param pixels all images one after the other; kept, not copied
   * @param labels one class per image; kept, not copied
   */
  MemoryImages(int channels, int size, byte[] pixels, int[] labels) {
    if (pixels.length != (long) labels.length * channels * size * size) {
      throw new IllegalArgumentException(
          pixels.length + " bytes do not hold " + labels.length + " images");
    }
    this.channels = channels;
    this.size = size;
    this.pixels = pixels;
    this.labels = labels;
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public boolean decoded() {
    return true;
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    System.arraycopy(pixels, index * imageBytes(), target, offset, imageBytes());
  }
}
