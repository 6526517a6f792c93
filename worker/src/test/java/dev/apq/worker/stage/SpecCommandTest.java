package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.ExitCode;
import dev.apq.worker.tensor.DivergedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecCommandTest {
  @TempDir private Path folder;

  @Test
  void aMeasuredStepThatDivergesIsSaidWithARemedy() throws IOException {
    Path file = Files.write(folder.resolve("spec.json"), StageRuns.SPEC.canonicalJson());
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    SpecCommand command = new SpecCommand(new PrintStream(errors, true, StandardCharsets.UTF_8));
    ExitCode exit =
        command.run(
            file,
            spec -> {
              throw DivergedException.gradients(3, 1e-6);
            });
    assertThat(exit).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("gradients are not finite at step 3", "remedy: ", "recipe.precision");
  }
}
