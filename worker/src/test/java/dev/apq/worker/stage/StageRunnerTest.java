package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.Timing;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.tensor.Devices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The five stages on a tiny network, one after the other in one store. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StageRunnerTest {
  private static final WorkerSpec SPEC = StageRuns.SPEC;

  @TempDir private static Path sharedFolder;
  @TempDir private Path ownFolder;

  private StageRuns shared;
  private StageRuns own;

  @BeforeEach
  void folders() {
    shared = new StageRuns(sharedFolder);
    own = new StageRuns(ownFolder);
  }

  @Test
  @Order(1)
  void trainSealsASupernetAndItsHealth() throws IOException {
    assertThat(shared.run(SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    Path folder = shared.store().stage(Stage.TRAIN);
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
      assertThat(own.run(SPEC, Stage.TRAIN, stop, Map.of())).isEqualTo(ExitCode.STOPPED);
      assertThat(Manifest.read(own.store().stage(Stage.TRAIN))).isEmpty();
    }
    assertThat(own.run(SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    assertSameStage(Stage.TRAIN, "");
  }

  @Test
  @Order(3)
  void collectMeasuresItsShardsOnly() throws IOException {
    for (int shard = 0; shard < 2; shard++) {
      assertThat(shared.run(SPEC, Stage.COLLECT, shard)).isEqualTo(ExitCode.DONE);
      assertThat(shared.run(SPEC, Stage.COLLECT_QUANTIZED, shard)).isEqualTo(ExitCode.DONE);
    }
    Timing timing = Timing.read(shared.store().shard(Stage.COLLECT_QUANTIZED, 0));
    assertThat(timing.samplesPerSecond()).isPositive();
    // Twice 64 images calibrate, 120 measure, one batch of 64 fine-tunes.
    assertThat(timing.imagesPerSecond() / timing.samplesPerSecond()).isCloseTo(312, within(1e-6));
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
      Path finished = shared.store().shard(stage, 1);
      byte[] whole = Files.readAllBytes(finished.resolve(StoreLayout.SAMPLES));
      byte[] manifest = Files.readAllBytes(finished.resolve(Manifest.FILE_NAME));
      Files.delete(finished.resolve(Manifest.FILE_NAME));
      Files.write(finished.resolve(StoreLayout.SAMPLES), Arrays.copyOf(whole, whole.length / 2));
      assertThat(shared.run(SPEC, stage, 1)).isEqualTo(ExitCode.DONE);
      assertThat(Files.readAllBytes(finished.resolve(StoreLayout.SAMPLES))).isEqualTo(whole);
      assertThat(Files.readAllBytes(finished.resolve(Manifest.FILE_NAME))).isEqualTo(manifest);
    }
  }

  @Test
  @Order(5)
  void predictorsAreTrainedAndTransferred() throws IOException {
    assertThat(shared.run(SPEC, Stage.TRAIN_PREDICTOR)).isEqualTo(ExitCode.DONE);
    assertThat(shared.run(SPEC, Stage.TRANSFER)).isEqualTo(ExitCode.DONE);
    String device = Devices.find().one().describe();
    assertThat(shared.log()).contains("train-predictor: " + device, "transfer: " + device);
    Manifest transfer = Manifest.read(shared.store().stage(Stage.TRANSFER)).orElseThrow();
    assertThat(transfer.summary())
        .containsKeys("kendallTau", "rmse", "fromScratchKendallTau", "untouchedRmse")
        .containsEntry("heldOutSamples", "12");
    assertThat(transfer.files())
        .containsOnlyKeys("predictor.safetensors", "quality.json", "calibration.svg");
  }

  @Test
  @Order(6)
  void aFinishedStageIsNotRepeated() throws IOException {
    Path weights = shared.store().stage(Stage.TRAIN).resolve(StoreLayout.SUPERNET);
    var before = Files.getLastModifiedTime(weights);
    assertThat(shared.run(SPEC, Stage.TRAIN)).isEqualTo(ExitCode.DONE);
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(before);
  }

  @Test
  @Order(7)
  void aDamagedInputIsNamed() throws IOException {
    Path weights = shared.store().stage(Stage.TRAIN).resolve(StoreLayout.SUPERNET);
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, new byte[] {1}, StandardOpenOption.APPEND);
    Map<String, String> environment =
        Map.of("JOB_COMPLETION_INDEX", "0", "APQ_INPUT_DIGEST", "sha256:" + "0".repeat(64));
    assertThat(shared.run(SPEC, Stage.COLLECT, new StopSignal(), environment))
        .isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(shared.failure().error()).contains("supernet.safetensors");
    Files.write(weights, whole);
  }

  @Test
  void aStageBeforeItsInputSaysWhichStageIsMissing() throws IOException {
    assertThat(own.run(SPEC, Stage.TRAIN_PREDICTOR)).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(own.failure().remedy()).contains("run that stage first");
  }

  @Test
  void aTrainingThatDivergesNamesStepAndLearningRate() throws IOException {
    WorkerSpec steep = StageRuns.spec(new RecipeSpec(1, 32, "99", "10", "0.1", "0.05", 1, null));
    assertThat(own.run(steep, Stage.TRAIN)).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(own.failure().error())
        .contains("training diverged", "not finite", "step", "learning rate");
    assertThat(own.failure().remedy())
        .contains("recipe.learningRate (now 99)", "recipe.warmupFraction (now 0.1)");
  }

  @Test
  void aBadSpecificationIsRefused() throws IOException {
    String valid = new String(SPEC.canonicalJson(), StandardCharsets.UTF_8);
    Path file = Files.writeString(own.specFile(), "{\"sed\":3," + valid.substring(1));
    assertThat(train(file, own.store().root())).isEqualTo(ExitCode.BAD_SPEC);
    assertThat(own.failure().error()).contains("spec.json", "sed");
    assertThat(train(file.resolveSibling("none.json"), own.store().root()))
        .isEqualTo(ExitCode.BAD_SPEC);
    assertThat(own.failure().error()).contains("none.json does not exist");
  }

  @Test
  void aShardThatDoesNotExistIsRefused() throws IOException {
    assertThat(own.run(SPEC, Stage.COLLECT, 2)).isEqualTo(ExitCode.SHARD_UNUSABLE);
    assertThat(own.run(SPEC, Stage.COLLECT, new StopSignal(), Map.of("JOB_COMPLETION_INDEX", "x")))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aMissingDataSetIsNamed() throws IOException {
    String missing = ownFolder.resolve("no-images").toString();
    WorkerSpec spec =
        new WorkerSpec(
            WorkerSpec.VERSION,
            1,
            SPEC.space(),
            new DatasetSpec(
                null, new DatasetSpec.Directory(missing, DatasetSpec.Format.IMAGE_FOLDER)),
            SPEC.recipe(),
            SPEC.collection(),
            SPEC.quantization(),
            SPEC.predictor());
    assertThat(own.run(spec, Stage.TRAIN)).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(own.failure().error()).contains("no-images");
  }

  @Test
  void aStoreThatCannotBeWrittenIsWorthARetry() throws IOException {
    Path occupied = Files.writeString(ownFolder.resolve("occupied"), "");
    Path file = Files.write(own.specFile(), SPEC.canonicalJson());
    assertThat(train(file, occupied)).isEqualTo(ExitCode.STORAGE_UNAVAILABLE);
  }

  private ExitCode train(Path specFile, Path store) {
    return own.run(specFile, Stage.TRAIN, store.toUri(), new StopSignal(), Map.of());
  }

  private void assertSameStage(Stage stage, String subfolder) throws IOException {
    Path expected = shared.store().stage(stage).resolve(subfolder);
    Path actual = own.store().stage(stage).resolve(subfolder);
    Manifest manifest = Manifest.read(expected).orElseThrow();
    assertThat(Manifest.read(actual).orElseThrow()).isEqualTo(manifest);
    for (String file : manifest.files().keySet()) {
      assertThat(Files.readAllBytes(actual.resolve(file)))
          .as(file)
          .isEqualTo(Files.readAllBytes(expected.resolve(file)));
    }
  }

  private static List<Sample> samples(StageRuns runs, Stage stage, int shard) throws IOException {
    return SampleFile.read(runs.store().shard(stage, shard).resolve(StoreLayout.SAMPLES), 1000);
  }
}
