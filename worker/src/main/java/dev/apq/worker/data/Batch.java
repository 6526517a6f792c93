package dev.apq.worker.data;

/**
 * Network input.
 *
 * @param images normalized values, {@code [count, channels, size, size]}, row-major
 * @param labels one class per image
 * @param channels channels of every image
 * @param size height and width of every image, in pixels
 */
public record Batch(float[] images, int[] labels, int channels, int size) {

  /** Reads and normalizes the images at {@code indices}. */
  static Batch of(ImageSet set, int[] indices, Normalization normalization) {
    int bytes = set.imageBytes();
    byte[] raw = new byte[bytes];
    float[] images = new float[Math.multiplyExact(indices.length, bytes)];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      set.read(indices[i], raw, 0);
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
