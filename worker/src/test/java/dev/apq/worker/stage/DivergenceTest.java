package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.worker.tensor.DivergedException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DivergenceTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "TRAIN, training, recipe.learningRate (now 0.004) or raise recipe.warmupFraction (now 0.1)",
    "COLLECT_QUANTIZED, fine-tuning, quantization.learningRate (now 0.001)",
    "TRAIN_PREDICTOR, fitting the predictor, predictor.learningRate (now 0.003)",
    "TRANSFER, fitting the predictor, predictor.learningRate (now 0.003)"
  })
  void namesStepRateAndTheFieldThatSetsIt(Stage stage, String work, String field) {
    StageException failure =
        Divergence.failure(context(stage), DivergedException.gradients(7, 0.25));
    assertThat(failure.exitCode()).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(failure.failure().error())
        .startsWith(work + " diverged")
        .contains("step 7", "learning rate 0.25");
    assertThat(failure.failure().remedy()).contains("lower " + field);
  }

  private StageContext context(Stage stage) {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    StoreLayout store = new StoreLayout(folder);
    return new StageContext(
        StageRuns.SPEC,
        stage,
        null,
        store,
        store,
        "digest",
        new StopSignal(),
        new ProgressReporter(folder, stage.folder(), out, false, System::nanoTime));
  }
}
