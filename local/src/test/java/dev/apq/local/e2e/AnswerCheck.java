package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.local.environment.Distribution;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The worker's command that recomputes an answer. */
final class AnswerCheck {
  private AnswerCheck() {}

  /** What it says about the answer in a folder; it must find it right. */
  static String of(Cluster cluster, Path folder) throws IOException {
    Process worker =
        new ProcessBuilder(
                Distribution.java().toString(),
                "-jar",
                cluster.distribution().worker().toString(),
                "check",
                folder.toUri().toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(worker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(worker.onExit().join().exitValue()).as(said).isZero();
    return said;
  }
}
