package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryShortageTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
            + " you tried to allocate 68719476736 bytes. Error code 12 (Cannot allocate memory)",
        "[enforce fail at alloc_cpu.cpp:114] data. DefaultCPUAllocator: not enough memory: you"
            + " tried to allocate 17179869184 bytes.",
        "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 15.77 GiB",
        "std::bad_alloc"
      })
  void textsOfTheEngineAreRecognised(String text) {
    assertThat(MemoryShortage.explains(new EngineException(text))).isTrue();
    assertThat(MemoryShortage.explains(new IllegalStateException(new EngineException(text))))
        .isTrue();
  }

  @Test
  void theHeapIsRecognisedAndOtherFailuresAreNot() {
    assertThat(MemoryShortage.explains(new OutOfMemoryError("Java heap space"))).isTrue();
    assertThat(MemoryShortage.explains(new EngineException("shape mismatch"))).isFalse();
    assertThat(MemoryShortage.explains(new NullPointerException())).isFalse();
  }

  @Test
  void theFailureNamesTheSizesOfTheStage() {
    StageException training = failure(Stage.TRAIN);
    assertThat(training.exitCode()).isEqualTo(ExitCode.INTERNAL);
    assertThat(training.failure().error()).contains("memory ran out", "Java heap space");
    assertThat(training.failure().remedy())
        .contains("recipe.batchSize (now 48 images a step)", "memory limit of the worker");
    assertThat(failure(Stage.VERIFY).failure().remedy())
        .contains("recipe.batchSize (now 48 images a step)", "calibrationImages (now 64 at once)");
    assertThat(failure(Stage.COLLECT).failure().remedy())
        .contains("collection.calibrationImages (now 64 at once)")
        .doesNotContain("batchSize");
    assertThat(failure(Stage.TRANSFER).failure().remedy())
        .contains("predictor.hiddenSize (now 16 units)");
  }

  private StageException failure(Stage stage) {
    WorkerSpec spec =
        new WorkerSpec(
            WorkerSpec.VERSION,
            1,
            TinySpaces.digits(),
            new DatasetSpec("digits", null),
            new RecipeSpec(1, 48, "0.004", "0.01", "0.1", "0", 1, null),
            new CollectionSpec(10, 10, 0, 1, 100, 64),
            new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
            new PredictorSpec(16, 5, "0.001", 30, 1));
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    StageContext context =
        new StageContext(
            spec,
            stage,
            null,
            new StoreLayout(folder),
            new StoreLayout(folder),
            "digest",
            new StopSignal(),
            new ProgressReporter(folder, stage.folder(), out, false, System::nanoTime));
    return MemoryShortage.failure(context, new OutOfMemoryError("Java heap space"));
  }
}
