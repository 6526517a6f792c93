package dev.apq.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an image without a base needs of an operating system: the C library and its kin from
 * Debian's packages, whose signatures apt checks, the user, and a folder for temporary files.
 */
final class SystemFiles {
  static final int USER = 65532;
  private static final List<String> LIBRARY_FOLDERS =
      List.of("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu");

  private SystemFiles() {}

  /**
   * Fills {@code root}.
   *
   * @param packages names of Debian packages
   * @param work an empty folder
   * @return the packages with their versions, as their files are named
   */
  static List<String> install(List<String> packages, Path root, Path work)
      throws IOException, InterruptedException {
    List<String> download = new ArrayList<>(List.of("apt-get", "download", "--quiet"));
    download.addAll(packages);
    Commands.run(work, download);
    List<String> names = new ArrayList<>();
    Path unpacked = Files.createDirectory(work.resolve("unpacked"));
    for (Path file : list(work)) {
      if (file.toString().endsWith(".deb")) {
        Commands.run(work, List.of("dpkg-deb", "--extract", file.toString(), unpacked.toString()));
        names.add(file.getFileName().toString().replace("%3a", ":").replace(".deb", ""));
      }
    }
    copyLibraries(unpacked, root);
    describeUser(root);
    return names;
  }

  /** Files under the names that programs are linked to; nothing else of the packages. */
  private static void copyLibraries(Path unpacked, Path root) throws IOException {
    Path target = Files.createDirectories(root.resolve("lib/x86_64-linux-gnu"));
    for (String folder : LIBRARY_FOLDERS) {
      if (!Files.isDirectory(unpacked.resolve(folder))) {
        continue;
      }
      for (Path library : list(unpacked.resolve(folder))) {
        if (library.toString().contains(".so") && Files.isRegularFile(library)) {
          Files.copy(library, target.resolve(library.getFileName()));
        }
      }
    }
    Path loader = target.resolve("ld-linux-x86-64.so.2");
    Files.copy(
        loader, Files.createDirectories(root.resolve("lib64")).resolve(loader.getFileName()));
  }

  private static void describeUser(Path root) throws IOException {
    Path etc = Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0:root:/:/none\napq:x:" + USER + ":" + USER + ":apq:/tmp:/none\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\napq:x:" + USER + ":\n");
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
    Files.createDirectories(root.resolve("tmp"));
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
