package dev.apq.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchLibrariesTest {
  @TempDir private Path folder;

  @Test
  void versionsAreThoseOfTheBuild() throws IOException {
    assertThat(Files.readString(Path.of("../pom.xml")))
        .contains("<djl-pytorch.version>" + TorchLibraries.TORCH + "<")
        .contains("<djl.version>" + TorchLibraries.DJL + "<");
  }

  @Test
  void librariesLieWhereTheWorkerLooks() throws IOException {
    Path lib = Files.createDirectory(folder.resolve("lib"));
    Path natives = lib.resolve("pytorch-native-cpu-2.7.1-linux-x86_64.jar");
    jar(natives, "pytorch/cpu/linux-x86_64/libtorch_cpu.so", "META-INF/MANIFEST.MF");
    jar(
        lib.resolve("pytorch-jni-2.7.1-0.36.0.jar"),
        "jnilib/linux-x86_64/cpu/libdjl_torch.so",
        "jnilib/osx-aarch64/cpu/libdjl_torch.dylib");

    TorchLibraries.unpack(lib, folder);

    assertThat(folder.resolve("opt/torch")).isDirectoryContaining("glob:**/libtorch_cpu.so");
    assertThat(folder.resolve("opt/torch/MANIFEST.MF")).doesNotExist();
    assertThat(folder.resolve("opt/djl/pytorch/2.7.1-cpu-linux-x86_64/0.36.0-libdjl_torch.so"))
        .hasContent("jnilib/linux-x86_64/cpu/libdjl_torch.so");
    assertThat(natives).doesNotExist();
  }

  private static void jar(Path file, String... entries) throws IOException {
    try (OutputStream stream = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(stream)) {
      for (String entry : List.of(entries)) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(StandardCharsets.UTF_8));
      }
    }
  }
}
