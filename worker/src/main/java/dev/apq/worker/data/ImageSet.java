package dev.apq.worker.data;

/**
 * Labelled square images of one size, as unsigned bytes in channel, row, column order.
 *
 * <p>Implementations are immutable; the images may lie in memory or be decoded when read.
 */
public interface ImageSet {
  /** Number of images. */
  int count();

  /** Channels of every image. */
  int channels();

  /** Height and width of every image, in pixels. */
  int size();

  /** Class of an image, from 0. */
  int label(int index);

  /**
   * Copies an image's {@code channels * size * size} bytes.
   *
   * @throws DataException if the image cannot be decoded
   */
  void read(int index, byte[] target, int offset);

  /** Whether images need not be decoded when they are read. */
  default boolean decoded() {
    return false;
  }

  /** Bytes of one image. */
  default int imageBytes() {
    return channels() * size() * size();
  }
}
