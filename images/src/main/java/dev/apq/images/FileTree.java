package dev.apq.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders with all that is in them. */
final class FileTree {
  /** Modification time of every file in an image; the AOT cache compares that of the jars. */
  static final Instant TIME = Instant.ofEpochSecond(1);

  private FileTree() {}

  static List<Path> of(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.sorted().toList();
    }
  }

  static void copy(Path source, Path target) throws IOException {
    for (Path path : of(source)) {
      Path copy = target.resolve(source.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  static void stamp(Path folder) throws IOException {
    for (Path path : of(folder)) {
      if (!Files.isSymbolicLink(path)) {
        Files.setLastModifiedTime(path, FileTime.from(TIME));
      }
    }
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path path : of(folder).stream().sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
