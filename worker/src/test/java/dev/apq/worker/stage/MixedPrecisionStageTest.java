package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.TrainingPrecision;
import dev.apq.core.contract.WorkerSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stage train with bfloat16 products, on the CPU in place of a GPU. */
class MixedPrecisionStageTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @Test
  void checkpointsHoldFloatsAndContinueToTheSameBytes() throws IOException {
    Path straight = folder.resolve("straight");
    assertThat(train(straight, new StopSignal())).isEqualTo(ExitCode.DONE);
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("train: CPU", "bfloat16 products");
    Manifest manifest = Manifest.read(stage(straight)).orElseThrow();
    assertThat(manifest.summary().get("arithmetic")).contains("bfloat16");

    Path cut = folder.resolve("cut");
    StopSignal stop = new StopSignal();
    stop.request();
    for (int i = 0; i < 3; i++) {
      assertThat(train(cut, stop)).isEqualTo(ExitCode.STOPPED);
      assertThat(types(checkpoint(cut))).contains("F32").doesNotContain("BF16");
    }
    assertThat(train(cut, new StopSignal())).isEqualTo(ExitCode.DONE);
    assertThat(Manifest.read(stage(cut)).orElseThrow()).isEqualTo(manifest);
    assertThat(types(stage(cut).resolve(StoreLayout.SUPERNET))).doesNotContain("BF16");
  }

  private static Path checkpoint(Path store) throws IOException {
    try (Stream<Path> files = Files.list(stage(store))) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** The JSON before the tensors. */
  private static String types(Path safetensors) throws IOException {
    byte[] content = Files.readAllBytes(safetensors);
    int header = java.nio.ByteBuffer.wrap(content).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt();
    return new String(content, Long.BYTES, header, StandardCharsets.UTF_8);
  }

  private static Path stage(Path store) {
    return new StoreLayout(store).stage(Stage.TRAIN);
  }

  private ExitCode train(Path store, StopSignal stop) throws IOException {
    Path spec = Files.write(folder.resolve("spec.json"), spec().canonicalJson());
    Map<String, String> environment =
        Map.of("APQ_TERMINATION_LOG", folder.resolve("termination-log").toString());
    PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
    return new StageRunner(environment, out, false, stop).run(Stage.TRAIN, spec, store.toUri());
  }

  private static WorkerSpec spec() {
    RecipeSpec recipe =
        new RecipeSpec(
            1,
            64,
            "0.004",
            "0.01",
            "0.1",
            "0.05",
            1,
            true,
            "5",
            "0.9",
            RecipeSpec.Augmentation.NONE,
            null,
            TrainingPrecision.BFLOAT16);
    WorkerSpec full = StageRunnerTest.SPEC;
    return new WorkerSpec(
        WorkerSpec.VERSION,
        7,
        full.space(),
        full.dataset(),
        recipe,
        full.collection(),
        full.quantization(),
        full.predictor());
  }
}
