package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimates of a tiny network, measured for a moment. */
class EstimateRunnerTest {
  private static final DatasetSpec DIGITS = new DatasetSpec("digits", null);
  private static final DatasetSpec PHOTOGRAPHS =
      new DatasetSpec(
          null, new DatasetSpec.Directory("/apq/no-such-data", DatasetSpec.Format.IMAGE_FOLDER));

  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

  @Test
  void everyStageHasThroughputHoursMemoryAndSize() throws IOException {
    assertThat(run(DIGITS, 0, 0, true)).isEqualTo(ExitCode.DONE);
    JsonNode estimate = Json.mapper().readTree(printed.toString(StandardCharsets.UTF_8));
    assertThat(estimate.path("trainingImages").asInt()).isEqualTo(1197);
    assertThat(estimate.path("validationImages").asInt()).isEqualTo(300);
    assertThat(estimate.path("suggestedShards").asInt()).isEqualTo(1);
    assertThat(estimate.path("stages").findValuesAsText("stage"))
        .containsExactly("train", "collect", "train-predictor", "collect-quantized", "transfer");
    for (JsonNode stage : estimate.path("stages")) {
      assertThat(stage.path("deviceHours").asDouble()).as("%s", stage).isPositive();
      assertThat(stage.path("artifactBytes").asLong()).as("%s", stage).isPositive();
      // The engine's library alone takes more.
      assertThat(stage.path("memoryBytes").asLong()).as("%s", stage).isGreaterThan(100L << 20);
    }
    for (int stage : new int[] {0, 1, 3}) {
      assertThat(estimate.path("stages").path(stage).path("imagesPerSecond").asDouble())
          .isPositive();
    }
  }

  @Test
  void imagesThatAreElsewhereAreCounted() throws IOException {
    assertThat(run(PHOTOGRAPHS, 0, 2, false)).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains("/apq/no-such-data", "remedy: ", "--training-images");
    assertThat(run(PHOTOGRAPHS, 1000, 2, false)).isEqualTo(ExitCode.DONE);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("900 training images, 100 to measure on", "CPU-hours", "collection.shards");
  }

  @Test
  void whatCannotBeEstimatedIsSaid() throws IOException {
    assertThat(run(PHOTOGRAPHS, 20, 2, false)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(run(DIGITS, 0, 1, false)).isEqualTo(ExitCode.BAD_SPEC);
    Path none = folder.resolve("none.json");
    assertThat(runner().run(new EstimateRunner.Options(none, null, 0, 0, 0.01, false)))
        .isEqualTo(ExitCode.BAD_SPEC);
    Path broken = Files.writeString(folder.resolve("broken.json"), "{");
    assertThat(runner().run(new EstimateRunner.Options(broken, null, 0, 0, 0.01, false)))
        .isEqualTo(ExitCode.BAD_SPEC);
    assertThat(logged.toString(StandardCharsets.UTF_8))
        .contains("--training-images 20", "--images-at-once", "none.json", "remedy: ");
  }

  private ExitCode run(DatasetSpec dataset, int trainingImages, int atOnce, boolean json)
      throws IOException {
    WorkerSpec spec =
        new WorkerSpec(
            WorkerSpec.VERSION,
            1,
            TinySpaces.digits(),
            dataset,
            new RecipeSpec(1, 32, "0.004", "0.01", "0.1", "0", 1, null),
            new CollectionSpec(10, 10, 2, 1, 100, 64),
            new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
            new PredictorSpec(16, 5, "0.001", 30, 1));
    Path file = Files.write(folder.resolve("spec.json"), spec.canonicalJson());
    return runner().run(new EstimateRunner.Options(file, null, trainingImages, atOnce, 0.01, json));
  }

  private EstimateRunner runner() {
    return new EstimateRunner(
        new PrintStream(printed, true, StandardCharsets.UTF_8),
        new PrintStream(logged, true, StandardCharsets.UTF_8));
  }
}
