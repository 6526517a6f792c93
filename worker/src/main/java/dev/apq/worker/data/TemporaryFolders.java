package dev.apq.worker.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Folders that this process fills and removes when it ends. */
final class TemporaryFolders {
  private final Set<Path> made = ConcurrentHashMap.newKeySet();

  /** A new, empty one. */
  Path make() {
    try {
      Path folder = Files.createTempDirectory("apq-data");
      made.add(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes them with what is in them, as far as that is possible. */
  void delete() {
    for (Path folder : made) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
        made.remove(folder);
      } catch (IOException | UncheckedIOException e) {
        // It lies among temporary files.
      }
    }
  }
}
