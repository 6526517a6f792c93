package dev.apq.worker.data;

import java.util.stream.IntStream;

/** A set whose first images were decoded once and are held in memory. */
final class HeldImages implements ImageSet {
  private final ImageSet all;
  private final MemoryImages first;

  private HeldImages(ImageSet all, MemoryImages first) {
    this.all = all;
    this.first = first;
  }

  /**
   * Decodes the first images of a set.
   *
   * @param count how many; they must fit into one array
   */
  static ImageSet first(int count, ImageSet all, ParallelReads reads) {
    byte[] pixels = new byte[Math.multiplyExact(count, all.imageBytes())];
    reads.each(count, i -> all.read(i, pixels, i * all.imageBytes()));
    int[] labels = IntStream.range(0, count).map(all::label).toArray();
    MemoryImages first = new MemoryImages(all.channels(), all.size(), pixels, labels);
    return count == all.count() ? first : new HeldImages(all, first);
  }

  @Override
  public int count() {
    return all.count();
  }

  @Override
  public int channels() {
    return all.channels();
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public int label(int index) {
    return all.label(index);
  }

  @Override
  public boolean decoded() {
    return all.decoded();
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    (index < first.count() ? first : all).read(index, target, offset);
  }
}
