package dev.apq.worker.estimate;

/**
 * Resident memory of the process as a function of the images that are computed at once.
 *
 * @param bytes measured with {@code images} images
 * @param images measured with
 * @param bytesPerImage what each further image adds, at least 0
 */
public record MemoryLine(long bytes, int images, double bytesPerImage) {

  /** The line through two measurements, of which the second is the larger one. */
  static MemoryLine through(long fewer, int fewerImages, long more, int moreImages) {
    double slope = (double) (more - fewer) / Math.max(1, moreImages - fewerImages);
    return new MemoryLine(more, moreImages, Math.max(0, slope));
  }

  /** Bytes with so many images at once. */
  public double at(int count) {
    return bytes + bytesPerImage * Math.max(0, count - images);
  }
}
