package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;

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
      RandomStream random) {
    int bytes = set.imageBytes();
    byte[] raw = new byte[bytes];
    float[] images = new float[Math.multiplyExact(indices.length, bytes)];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      set.read(indices[i], raw, 0);
      augmentation.apply(raw, set.channels(), set.size(), random.at(indices[i]));
      normalization.apply(raw, images, i * bytes);
      labels[i] = set.label(indices[i]);
    }
    return new Batch(images, labels, set.channels(), set.size());
  }

  /** Number of images. */
  public int count() {
    return labels.length;
  }
}
