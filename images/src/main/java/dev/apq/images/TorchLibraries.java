package dev.apq.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The worker's native libraries, unpacked where it looks for them: a Pod with a read-only root
 * cannot unpack, and need not wait for it.
 */
final class TorchLibraries {
  static final String TORCH = "2.7.1";
  static final String DJL = "0.36.0";
  static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PYTORCH_LIBRARY_PATH", "/opt/torch",
          "PYTORCH_VERSION", TORCH,
          "PYTORCH_FLAVOR", "cpu",
          "DJL_CACHE_DIR", "/opt/djl",
          "DJL_OFFLINE", "true",
          "OPT_OUT_TRACKING", "true");
  private static final String NATIVES = "pytorch/cpu/linux-x86_64/";
  private static final String GLUE = "jnilib/linux-x86_64/cpu/libdjl_torch.so";

  private TorchLibraries() {}

  /** Moves the libraries from the jars in {@code lib} below {@code root}. */
  static void unpack(Path lib, Path root) throws IOException {
    Path natives = only(lib, "pytorch-native-cpu-" + TORCH);
    try (ZipFile jar = new ZipFile(natives.toFile())) {
      Path torch = Files.createDirectories(root.resolve("opt/torch"));
      Enumeration<? extends ZipEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        String file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.getName().equals(NATIVES + file) && !file.isEmpty()) {
          copy(jar, entry, torch.resolve(file));
        }
      }
    }
    Files.delete(natives);
    try (ZipFile jar = new ZipFile(only(lib, "pytorch-jni-" + TORCH + "-" + DJL).toFile())) {
      Path folder = root.resolve("opt/djl/pytorch/" + TORCH + "-cpu-linux-x86_64");
      copy(
          jar,
          jar.getEntry(GLUE),
          Files.createDirectories(folder).resolve(DJL + "-libdjl_torch.so"));
    }
  }

  private static void copy(ZipFile jar, ZipEntry entry, Path target) throws IOException {
    try (InputStream content = jar.getInputStream(entry)) {
      Files.copy(content, target);
    }
  }

  private static Path only(Path lib, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
      if (found.size() != 1) {
        throw new IOException(
            "expected one file " + prefix + "*.jar in " + lib + ", found " + found);
      }
      return found.get(0);
    }
  }
}
