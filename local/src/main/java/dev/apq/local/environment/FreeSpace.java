package dev.apq.local.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses to start on a disk that would fill up half-way. */
public final class FreeSpace {
  private static final long MIB = 1024 * 1024;
  private static final long NEEDED_MIB = 2048;

  private FreeSpace() {}

  /**
   * Checks the disk of {@code folder}.
   *
   * @throws IllegalStateException when less than 2 GiB are free; the message says what to do
   */
  public static void require(Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace() / MIB;
      if (free < NEEDED_MIB) {
        throw new IllegalStateException(
            "only "
                + free
                + " MiB are free under "
                + folder
                + ", an environment needs "
                + NEEDED_MIB
                + "; free some space or set APQ_HOME to a folder on a larger disk");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the free space of " + folder, e);
    }
  }
}
