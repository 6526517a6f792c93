package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
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
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @Test
  void aMeasuredStepThatDivergesIsSaidWithARemedy() throws IOException {
    ExitCode exit = run(DivergedException.gradients(3, 1e-6));
    assertThat(exit).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("gradients are not finite at step 3", "remedy: ", "recipe.precision");
  }

  @Test
  void memoryThatRunsOutIsSaidWithTheSizesToLower() throws IOException {
    ExitCode exit = run(new EngineException("DefaultCPUAllocator: can't allocate memory"));
    assertThat(exit).isEqualTo(ExitCode.INTERNAL);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("memory ran out", "remedy: lower recipe.batchSize", "calibrationImages");
  }

  private ExitCode run(RuntimeException failure) throws IOException {
    Path file = Files.write(folder.resolve("spec.json"), StageRuns.SPEC.canonicalJson());
    return new SpecCommand(new PrintStream(errors, true, StandardCharsets.UTF_8))
        .run(
            file,
            spec -> {
              throw failure;
            });
  }
}
