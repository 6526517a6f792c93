package dev.apq.worker.data;

import java.nio.file.Path;

/** How much of a data set may be held in memory. */
final class MemoryLimit {
  /** At most 1 GiB of pixels. */
  static final long BYTES = 1L << 30;

  private MemoryLimit() {}

  static DataException exceeded(Path file, long bytes) {
    return new DataException(
        file + ": " + bytes + " bytes of pixels exceed the limit of " + BYTES,
        "use the image-folder format, whose images are decoded when needed");
  }
}
