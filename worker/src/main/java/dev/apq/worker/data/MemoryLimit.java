package dev.apq.worker.data;

import java.nio.file.Path;

/**
 * How many bytes of pixels may be held in memory.
 *
 * @param bytes at most
 */
record MemoryLimit(long bytes) {
  private static final long MOST = 1L << 30;
  private static final int SHARE_OF_HEAP = 3;
  private static final long MEBIBYTE = 1L << 20;

  /** A third of the heap, at most 1 GiB. */
  static MemoryLimit ofHeap(long maxHeapBytes) {
    return new MemoryLimit(Math.min(MOST, maxHeapBytes / SHARE_OF_HEAP));
  }

  /**
   * Checks a file that is read as a whole.
   *
   * @throws DataException if its pixels do not fit
   */
  void require(Path file, long pixelBytes) {
    if (pixelBytes > bytes) {
      throw new DataException(
          String.format(
              "%s: %d MiB of pixels do not fit into the %d MiB that this worker's memory allows",
              file, (pixelBytes + MEBIBYTE - 1) / MEBIBYTE, bytes / MEBIBYTE),
          "raise the memory limit of the worker (at most 1024 MiB of pixels are held), or convert to"
              + " the image-folder format, whose images are decoded when needed");
    }
  }
}
