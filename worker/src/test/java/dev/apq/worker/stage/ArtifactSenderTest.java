package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.FileLines;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactSenderTest {
  @TempDir private Path store;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final ArtifactSender sender =
      new ArtifactSender(Map.of(), new PrintStream(log, true, StandardCharsets.UTF_8));

  @Test
  void whatIsSentArrives() throws IOException {
    Files.createDirectories(store.resolve("search"));
    Files.writeString(store.resolve("search/result.json"), "{\"contractVersion\":1}");

    assertThat(sender.send(store.toUri(), List.of("search/result.json"), 4, 10))
        .isEqualTo(ExitCode.DONE);

    ByteArrayOutputStream content = new ByteArrayOutputStream();
    FileLines.Part part =
        FileLines.read(new ByteArrayInputStream(log.toByteArray()), content, 1 << 10);
    assertThat(part)
        .isEqualTo(
            new FileLines.Part(List.of(new FileLines.Entry("search/result.json", 21)), 4, 10));
    assertThat(content.toString(StandardCharsets.UTF_8)).isEqualTo("ntractVers");
  }

  @Test
  void whatCannotBeSentIsSaidWithARemedy() throws IOException {
    assertThat(sender.send(store.toUri(), List.of("verify"), 0, 10))
        .isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(sender.send(URI.create("relative"), List.of("x"), 0, 10)).isEqualTo(ExitCode.USAGE);
    Files.createDirectories(store.resolve("verify"));
    Files.writeString(store.resolve("verify/manifest.json"), "{");
    assertThat(sender.send(store.toUri(), List.of("verify"), 0, 10))
        .isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(log.toString(StandardCharsets.UTF_8))
        .contains("error: there is no file verify in ", "remedy: ")
        .doesNotContain("apq-");
  }
}
