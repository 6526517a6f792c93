package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.TrainingPrecision;
import dev.apq.core.contract.WorkerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stage train with bfloat16 products, on the CPU in place of a GPU. */
class MixedPrecisionStageTest {
  private static final WorkerSpec SPEC =
      StageRuns.spec(
          StageRuns.recipe(64, RecipeSpec.Augmentation.NONE, TrainingPrecision.BFLOAT16));

  @TempDir private Path folder;

  @Test
  void checkpointsHoldFloatsAndContinueToTheSameBytes() throws IOException {
    StageRuns straight = runs("straight");
    assertThat(straight.run(SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    assertThat(straight.log()).contains("train: CPU", "bfloat16 products");
    Manifest manifest = Manifest.read(stage(straight)).orElseThrow();
    assertThat(manifest.summary().get("arithmetic")).contains("bfloat16");

    StageRuns cut = runs("cut");
    StopSignal stop = new StopSignal();
    stop.request();
    for (int i = 0; i < 3; i++) {
      assertThat(cut.run(SPEC, Stage.TRAIN, stop, Map.of())).isEqualTo(ExitCode.STOPPED);
      assertThat(types(checkpoint(cut))).contains("F32").doesNotContain("BF16");
    }
    assertThat(cut.run(SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    assertThat(Manifest.read(stage(cut)).orElseThrow()).isEqualTo(manifest);
    assertThat(types(stage(cut).resolve(StoreLayout.SUPERNET))).doesNotContain("BF16");
  }

  private StageRuns runs(String name) throws IOException {
    return new StageRuns(Files.createDirectories(folder.resolve(name)));
  }

  private static Path stage(StageRuns runs) {
    return runs.store().stage(Stage.TRAIN);
  }

  private static Path checkpoint(StageRuns runs) throws IOException {
    try (Stream<Path> files = Files.list(stage(runs))) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** The JSON before the tensors. */
  private static String types(Path safetensors) throws IOException {
    byte[] content = Files.readAllBytes(safetensors);
    int header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt();
    return new String(content, Long.BYTES, header, StandardCharsets.UTF_8);
  }
}
