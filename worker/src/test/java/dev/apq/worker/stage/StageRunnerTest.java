package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Json;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Failure;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The five stages on a tiny network, one after the other in one store. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StageRunnerTest {
  private static final RecipeSpec RECIPE =
      new RecipeSpec(
          1,
          32,
          "0.004",
          "0.01",
          "0.1",
          "0.05",
          1,
          true,
          "5",
          "0.9",
          new RecipeSpec.Augmentation(1, false, "0.1"),
          null,
          null);
  static final WorkerSpec SPEC = spec(RECIPE);

  @TempDir private static Path shared;
  @TempDir private Path own;

  @Test
  @Order(1)
  void trainSealsASupernetAndItsHealth() throws IOException {
    assertThat(run(shared, SPEC, Stage.TRAIN, null)).isEqualTo(ExitCode.DONE);
    Path folder = store(shared).stage(Stage.TRAIN);
    Manifest manifest = Manifest.read(folder).orElseThrow();
    assertThat(manifest.firstDamagedFile(folder)).isEmpty();
    assertThat(manifest.files()).containsOnlyKeys("health.json", "supernet.safetensors");
    assertThat(manifest.summary())
        .containsKeys("largestAccuracy", "smallestAccuracy", "randomSpread", "healthy");
    assertThat(manifest.counts()).containsEntry("steps", 37L);
    Progress progress = Progress.read(folder).orElseThrow();
    assertThat(progress.fraction()).isEqualTo(1);
    assertThat(folder.resolve("checkpoint.json")).doesNotExist();
  }

  @Test
  @Order(2)
  void trainInterruptedAtEveryStepGivesTheSameBytes() throws IOException {
    StopSignal stop = new StopSignal();
    stop.request();
    for (int i = 0; i < 6; i++) {
      assertThat(run(own, SPEC, Stage.TRAIN, stop, new HashMap<>())).isEqualTo(ExitCode.STOPPED);
      assertThat(Manifest.read(store(own).stage(Stage.TRAIN))).isEmpty();
    }
    assertThat(run(own, SPEC, Stage.TRAIN, null)).isEqualTo(ExitCode.DONE);
    assertSameStage(Stage.TRAIN, "");
  }

  @Test
  @Order(3)
  void collectMeasuresItsShardsOnly() throws IOException {
    for (int shard = 0; shard < 2; shard++) {
      assertThat(run(shared, SPEC, Stage.COLLECT, shard)).isEqualTo(ExitCode.DONE);
      assertThat(run(shared, SPEC, Stage.COLLECT_QUANTIZED, shard)).isEqualTo(ExitCode.DONE);
    }
    List<Sample> first = samples(shared, Stage.COLLECT, 0);
    List<Sample> second = samples(shared, Stage.COLLECT, 1);
    assertThat(first).extracting(Sample::index).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(second).extracting(Sample::index).containsExactly(6, 7, 8, 9, 10, 11);
    assertThat(first).allMatch(sample -> sample.policy().quantization() == null);
    assertThat(samples(shared, Stage.COLLECT_QUANTIZED, 0))
        .allMatch(sample -> sample.policy().quantization() != null)
        .allMatch(sample -> sample.finetuneSteps() == 1)
        .allMatch(sample -> sample.images() == 120);
  }

  @Test
  @Order(4)
  void aShardCutOffAnywhereContinuesToTheSameBytes() throws IOException {
    for (Stage stage : new Stage[] {Stage.COLLECT, Stage.COLLECT_QUANTIZED}) {
      Path finished = store(shared).shard(stage, 1);
      byte[] whole = Files.readAllBytes(finished.resolve(StoreLayout.SAMPLES));
      byte[] manifest = Files.readAllBytes(finished.resolve(Manifest.FILE_NAME));
      Files.delete(finished.resolve(Manifest.FILE_NAME));
      Files.write(finished.resolve(StoreLayout.SAMPLES), Arrays.copyOf(whole, whole.length / 2));
      assertThat(run(shared, SPEC, stage, 1)).isEqualTo(ExitCode.DONE);
      assertThat(Files.readAllBytes(finished.resolve(StoreLayout.SAMPLES))).isEqualTo(whole);
      assertThat(Files.readAllBytes(finished.resolve(Manifest.FILE_NAME))).isEqualTo(manifest);
    }
  }

  @Test
  @Order(5)
  void predictorsAreTrainedAndTransferred() throws IOException {
    assertThat(run(shared, SPEC, Stage.TRAIN_PREDICTOR, null)).isEqualTo(ExitCode.DONE);
    assertThat(run(shared, SPEC, Stage.TRANSFER, null)).isEqualTo(ExitCode.DONE);
    Manifest transfer = Manifest.read(store(shared).stage(Stage.TRANSFER)).orElseThrow();
    assertThat(transfer.summary())
        .containsKeys("kendallTau", "rmse", "fromScratchKendallTau", "untouchedRmse")
        .containsEntry("heldOutSamples", "12");
    assertThat(transfer.files())
        .containsOnlyKeys("predictor.safetensors", "quality.json", "calibration.svg");
  }

  @Test
  @Order(6)
  void aFinishedStageIsNotRepeated() throws IOException {
    Path weights = store(shared).stage(Stage.TRAIN).resolve(StoreLayout.SUPERNET);
    var before = Files.getLastModifiedTime(weights);
    assertThat(run(shared, SPEC, Stage.TRAIN, null)).isEqualTo(ExitCode.DONE);
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(before);
  }

  @Test
  @Order(7)
  void aDamagedInputIsNamed() throws IOException {
    Path weights = store(shared).stage(Stage.TRAIN).resolve(StoreLayout.SUPERNET);
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, new byte[] {1}, StandardOpenOption.APPEND);
    Map<String, String> environment = new HashMap<>(Map.of("JOB_COMPLETION_INDEX", "0"));
    environment.put("APQ_INPUT_DIGEST", "sha256:" + "0".repeat(64));
    assertThat(run(shared, SPEC, Stage.COLLECT, new StopSignal(), environment))
        .isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(failure(environment).error()).contains("supernet.safetensors");
    Files.write(weights, whole);
  }

  @Test
  void aStageBeforeItsInputSaysWhichStageIsMissing() throws IOException {
    Map<String, String> environment = new HashMap<>();
    assertThat(run(own, SPEC, Stage.TRAIN_PREDICTOR, new StopSignal(), environment))
        .isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(failure(environment).remedy()).contains("run that stage first");
  }

  @Test
  void aTrainingThatDivergesNamesStepAndLearningRate() throws IOException {
    Map<String, String> environment = new HashMap<>();
    assertThat(
            run(
                own,
                spec(new RecipeSpec(1, 32, "99", "10", "0.1", "0.05", 1, null)),
                Stage.TRAIN,
                new StopSignal(),
                environment))
        .isEqualTo(ExitCode.BAD_SPEC);
    assertThat(failure(environment).error()).contains("diverged", "step", "learning rate");
    assertThat(failure(environment).remedy()).contains("recipe.learningRate");
  }

  @Test
  void aBadSpecificationIsRefused() throws IOException {
    String valid = new String(SPEC.canonicalJson(), StandardCharsets.UTF_8);
    Files.writeString(own.resolve("spec.json"), "{\"sed\":3," + valid.substring(1));
    Map<String, String> environment = new HashMap<>();
    assertThat(
            runner(own, new StopSignal(), environment)
                .run(Stage.TRAIN, own.resolve("spec.json"), own.toUri()))
        .isEqualTo(ExitCode.BAD_SPEC);
    assertThat(failure(environment).error()).contains("spec.json", "sed");
    assertThat(
            runner(own, new StopSignal(), environment)
                .run(Stage.TRAIN, own.resolve("none.json"), own.toUri()))
        .isEqualTo(ExitCode.BAD_SPEC);
  }

  @Test
  void aShardThatDoesNotExistIsRefused() throws IOException {
    assertThat(run(own, SPEC, Stage.COLLECT, 2)).isEqualTo(ExitCode.SHARD_UNUSABLE);
    Map<String, String> environment = new HashMap<>(Map.of("JOB_COMPLETION_INDEX", "x"));
    assertThat(run(own, SPEC, Stage.COLLECT, new StopSignal(), environment))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aMissingDataSetIsNamed() throws IOException {
    WorkerSpec spec =
        new WorkerSpec(
            WorkerSpec.VERSION,
            1,
            SPEC.space(),
            new DatasetSpec(
                null,
                new DatasetSpec.Directory(
                    own.resolve("no-images").toString(), DatasetSpec.Format.IMAGE_FOLDER)),
            SPEC.recipe(),
            SPEC.collection(),
            SPEC.quantization(),
            SPEC.predictor());
    Map<String, String> environment = new HashMap<>();
    assertThat(run(own, spec, Stage.TRAIN, new StopSignal(), environment))
        .isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(failure(environment).error()).contains("no-images");
  }

  @Test
  void aStoreThatCannotBeWrittenIsWorthARetry() throws IOException {
    Path file = Files.writeString(own.resolve("occupied"), "");
    Files.write(own.resolve("spec.json"), SPEC.canonicalJson());
    Map<String, String> environment = new HashMap<>();
    assertThat(
            runner(own, new StopSignal(), environment)
                .run(Stage.TRAIN, own.resolve("spec.json"), file.toUri()))
        .isEqualTo(ExitCode.STORAGE_UNAVAILABLE);
  }

  private void assertSameStage(Stage stage, String subfolder) throws IOException {
    Path expected = store(shared).stage(stage).resolve(subfolder);
    Path actual = store(own).stage(stage).resolve(subfolder);
    Manifest manifest = Manifest.read(expected).orElseThrow();
    assertThat(Manifest.read(actual).orElseThrow()).isEqualTo(manifest);
    for (String file : manifest.files().keySet()) {
      assertThat(Files.readAllBytes(actual.resolve(file)))
          .as(file)
          .isEqualTo(Files.readAllBytes(expected.resolve(file)));
    }
  }

  private static List<Sample> samples(Path folder, Stage stage, int shard) throws IOException {
    return SampleFile.read(store(folder).shard(stage, shard).resolve(StoreLayout.SAMPLES), 1000);
  }

  private static StoreLayout store(Path folder) {
    return new StoreLayout(folder.resolve("store"));
  }

  private static ExitCode run(Path folder, WorkerSpec spec, Stage stage, Integer shard)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    if (shard != null) {
      environment.put("JOB_COMPLETION_INDEX", shard.toString());
    }
    return run(folder, spec, stage, new StopSignal(), environment);
  }

  private static ExitCode run(
      Path folder, WorkerSpec spec, Stage stage, StopSignal stop, Map<String, String> environment)
      throws IOException {
    Path specFile = folder.resolve("spec.json");
    Files.write(specFile, spec.canonicalJson());
    return runner(folder, stop, environment).run(stage, specFile, folder.resolve("store").toUri());
  }

  private static StageRunner runner(Path folder, StopSignal stop, Map<String, String> environment) {
    environment.put("APQ_TERMINATION_LOG", folder.resolve("termination-log").toString());
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new StageRunner(environment, out, false, stop);
  }

  private static Failure failure(Map<String, String> environment) throws IOException {
    return Json.read(
        Path.of(environment.get("APQ_TERMINATION_LOG")), Failure.class, Failure.MAX_BYTES);
  }

  private static WorkerSpec spec(RecipeSpec recipe) {
    return new WorkerSpec(
        WorkerSpec.VERSION,
        7,
        TinySpaces.digits(),
        new DatasetSpec("digits", null),
        recipe,
        new CollectionSpec(12, 12, 1, 2, 120, 64),
        new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
        new PredictorSpec(24, 12, "0.003", 30, 1));
  }
}
