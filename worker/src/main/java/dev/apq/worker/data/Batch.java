package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;
import java.util.Arrays;

/**
 * Network input.
 *
 * @param images normalized values, {@code [count, channels, size, size]}, row-major
 * @param labels one class per image
 * @param channels channels of every image
 * @param size height and width of every image, in pixels
 */
public record Batch(float[] images, int[] labels, int channels, int size) {

  /**
   * Reads, augments and normalizes the images at {@code indices}.
   *
   * @param random each image is augmented by the stream at its index below this one
   */
  static Batch of(
      ImageSet set,
      int[] indices,
      Normalization normalization,
      Augmentation augmentation,
      RandomStream random,
      ParallelReads reads) {
    int bytes = set.imageBytes();
    float[] images = new float[Math.multiplyExact(indices.length, bytes)];
    int[] labels = new int[indices.length];
    reads.each(
        indices.length,
        i -> {
          byte[] raw = new byte[bytes];
          set.read(indices[i], raw, 0);
          augmentation.apply(raw, set.channels(), set.size(), random.at(indices[i]));
          normalization.apply(raw, images, i * bytes);
          labels[i] = set.label(indices[i]);
        });
    return new Batch(images, labels, set.channels(), set.size());
  }

  /** The images {@code from} to {@code to - 1}; this batch if that is all of them. */
  public Batch slice(int from, int to) {
    if (from == 0 && to == count()) {
      return this;
    }
    int values = channels * size * size;
    return new Batch(
        Arrays.copyOfRange(images, from * values, to * values),
        Arrays.copyOfRange(labels, from, to),
        channels,
        size);
  }

  /** Number of images. */
  public int count() {
    return labels.length;
  }
}
