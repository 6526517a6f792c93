package dev.apq.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.random.RandomStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLinesTest {
  private static final int LARGE = 40_000;
  @TempDir private Path folder;
  private final byte[] large = new byte[LARGE];

  @BeforeEach
  void sealedFolder() throws IOException {
    RandomStream random = RandomStream.of(7);
    for (int i = 0; i < LARGE; i++) {
      large[i] = (byte) random.nextInt(256);
    }
    Files.createDirectories(folder.resolve("verify"));
    Files.write(folder.resolve("verify/model.onnx"), large);
    Files.write(folder.resolve("verify/empty"), new byte[0]);
    Files.writeString(folder.resolve("verify/progress.json"), "not sealed");
    Files.createDirectories(folder.resolve("search"));
    Files.writeString(folder.resolve("search/result.json"), "{}");
    new Manifest(
            WorkerSpec.VERSION,
            "verify",
            null,
            "inputs",
            Map.of(
                "model.onnx", Manifest.FileEntry.of(folder.resolve("verify/model.onnx")),
                "empty", Manifest.FileEntry.of(folder.resolve("verify/empty"))),
            Map.of(),
            Map.of())
        .write(folder.resolve("verify"));
  }

  @Test
  void aFolderStandsForItsManifestAndWhatThatLists() throws IOException {
    assertThat(FileLines.entries(folder, List.of("search/result.json", "verify")))
        .extracting(FileLines.Entry::path)
        .containsExactly(
            "search/result.json", "verify/manifest.json", "verify/empty", "verify/model.onnx");
  }

  @Test
  void partsTogetherAreTheFilesAlsoAmongForeignLines() throws IOException {
    List<FileLines.Entry> files =
        FileLines.entries(folder, List.of("search/result.json", "verify"));
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    long offset = 0;
    FileLines.Part part;
    int parts = 0;
    do {
      String log = "WARNING: from the runtime\n" + "x".repeat(100_000) + "\n" + sent(files, offset);
      part = FileLines.read(stream(log), content, 15_000);
      assertThat(part.offset()).isEqualTo(offset);
      assertThat(part.files()).isEqualTo(files);
      offset += part.length();
      parts++;
    } while (!part.last());

    assertThat(parts).isEqualTo(3);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (FileLines.Entry file : files) {
      Files.copy(folder.resolve(file.path()), expected);
    }
    assertThat(content.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void linesAreShortEnoughForContainerRuntimes() throws IOException {
    assertThat(sent(FileLines.entries(folder, List.of("verify")), 0).lines())
        .allMatch(line -> line.length() < 16 * 1024);
  }

  @Test
  void whatWasLostOnTheWayIsNoticed() throws IOException {
    String log = sent(FileLines.entries(folder, List.of("verify")), 0);
    int second = log.indexOf("apq-data", log.indexOf("apq-data") + 1);

    assertRefused(log.substring(0, log.indexOf("apq-end")), "was cut on the way");
    assertRefused(log.substring(0, second) + log.substring(log.indexOf("apq-end")), "was lost");
    char flipped = log.charAt(second + 20) == 'A' ? 'B' : 'A';
    assertRefused(log.substring(0, second + 20) + flipped + log.substring(second + 21), "was lost");
    assertRefused("error: no such file\n", "sender failed");
    assertThatThrownBy(() -> FileLines.read(stream(log), new ByteArrayOutputStream(), 14_999))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining("14999");
  }

  @Test
  void pathsThatLeaveTheFolderAreRefusedOnBothSides() throws IOException {
    for (String path : List.of("../x", "/etc/passwd", "a/../../b", ".hidden", "")) {
      assertThatThrownBy(() -> FileLines.entries(folder, List.of(path)))
          .isInstanceOf(InvalidArtifactException.class);
      assertRefused("apq-file 3 " + path + "\n", "not a file entry");
    }
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("verify/model.onnx"));
    assertThatThrownBy(() -> FileLines.entries(folder, List.of("link")))
        .hasMessageContaining("there is no file link");
  }

  private void assertRefused(String log, String message) {
    assertThatThrownBy(() -> FileLines.read(stream(log), new ByteArrayOutputStream(), 1 << 20))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
  }

  private String sent(List<FileLines.Entry> files, long offset) throws IOException {
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    FileLines.write(
        folder, files, offset, 15_000, new PrintStream(log, false, StandardCharsets.US_ASCII));
    return log.toString(StandardCharsets.US_ASCII);
  }

  private static ByteArrayInputStream stream(String log) {
    return new ByteArrayInputStream(log.getBytes(StandardCharsets.US_ASCII));
  }
}
