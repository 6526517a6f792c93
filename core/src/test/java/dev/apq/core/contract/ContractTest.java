package dev.apq.core.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractTest {
  @TempDir Path folder;

  static WorkerSpec spec() {
    return new WorkerSpec(
        WorkerSpec.VERSION,
        7,
        Presets.named("digits").orElseThrow(),
        new DatasetSpec("digits", null),
        new RecipeSpec(2, 32, "0.004", "0.0001", "0.1", "0", 2, null),
        new CollectionSpec(10, 5, 0, 3, 100, 50),
        new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
        new PredictorSpec(64, 20, "0.001", 30, 1));
  }

  @Test
  void specSurvivesJson() throws IOException {
    byte[] json = spec().canonicalJson();
    assertThat(Json.read(json, WorkerSpec.class)).isEqualTo(spec());
    assertThat(Json.read(json, WorkerSpec.class).canonicalJson()).isEqualTo(json);
    assertThat(spec().recipe().effectivePhases()).hasSize(1);
  }

  @Test
  void aPrecisionIsTheDevicesUnlessSaid() throws IOException {
    String json = new String(spec().canonicalJson(), StandardCharsets.UTF_8);
    assertThat(json).doesNotContain("precision");
    String said =
        json.replace("\"colorJitter\":\"0\"}", "\"colorJitter\":\"0\"},\"precision\":\"bfloat16\"");
    WorkerSpec spec = Json.read(said.getBytes(StandardCharsets.UTF_8), WorkerSpec.class);
    assertThat(spec.recipe().precision()).isEqualTo(TrainingPrecision.BFLOAT16);
    assertThat(new String(spec.canonicalJson(), StandardCharsets.UTF_8)).isEqualTo(said);
    assertRefused(said.replace("bfloat16", "float8"), "float8");
  }

  @Test
  void foreignVersionsAndBadFieldsAreNamed() {
    String json = new String(spec().canonicalJson(), StandardCharsets.UTF_8);
    assertRefused(
        json.replace("\"contractVersion\":1", "\"contractVersion\":2"), "contractVersion");
    assertRefused(json.replace("\"epochs\":2,", "\"epochs\":0,"), "recipe.epochs: 0");
    assertRefused(json.replace("\"0.004\"", "\"fast\""), "recipe.learningRate: 'fast'");
    assertRefused(json.replace("\"emaDecay\":\"0\"", "\"emaDecay\":\"1.0\""), "recipe.emaDecay");
    assertRefused(
        json.replace("\"gradientClipNorm\":\"0\"", "\"gradientClipNorm\":\"-1\""),
        "recipe.gradientClipNorm: '-1'");
    assertRefused(json.replace("\"cropPadding\":0", "\"cropPadding\":8"), "cropPadding: 8");
    assertRefused(
        json.replace("\"colorJitter\":\"0\"", "\"colorJitter\":\"1.5\""), "colorJitter: 1.5");
    assertRefused(json.replaceFirst("\"resolution\":[0-9]+", "\"resolution\":2"), "resolution: 2");
    assertRefused(json.replace("\"builtin\":\"digits\"", "\"builtin\":null"), "exactly one");
    assertRefused(json.replace("\"seed\":7,", ""), "seed");
  }

  private static void assertRefused(String json, String message) {
    assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.UTF_8), WorkerSpec.class))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(message);
  }

  @Property
  void shardsPartitionTheSamples(
      @ForAll @IntRange(min = 1, max = 5000) int samples,
      @ForAll @IntRange(min = 1, max = 300) int shards) {
    CollectionSpec collection = new CollectionSpec(samples, samples, 0, shards, 1, 1);
    int next = 0;
    for (int shard = 0; shard < shards; shard++) {
      assertThat(collection.firstSample(Stage.COLLECT, shard)).isEqualTo(next);
      next = collection.endSample(Stage.COLLECT, shard);
      assertThat(next - collection.firstSample(Stage.COLLECT, shard))
          .isBetween(samples / shards, samples / shards + 1);
    }
    assertThat(next).isEqualTo(samples);
  }

  @Test
  void inputDigestSeparatesItsParts() {
    Set<String> digests = new HashSet<>();
    digests.add(StageInputs.digest(Stage.TRAIN, new byte[] {1}, List.of()));
    digests.add(StageInputs.digest(Stage.TRAIN, new byte[] {2}, List.of()));
    digests.add(StageInputs.digest(Stage.COLLECT, new byte[] {1}, List.of("a")));
    digests.add(StageInputs.digest(Stage.COLLECT_QUANTIZED, new byte[] {1}, List.of("a")));
    digests.add(StageInputs.digest(Stage.TRANSFER, new byte[] {1}, List.of("a", "bc")));
    digests.add(StageInputs.digest(Stage.TRANSFER, new byte[] {1}, List.of("ab", "c")));
    assertThat(digests).hasSize(6);
    assertThatThrownBy(() -> StageInputs.digest(Stage.TRAIN, new byte[0], List.of("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void manifestSealsItsFiles() throws IOException {
    Files.writeString(folder.resolve("samples.jsonl"), "content");
    Manifest manifest =
        new Manifest(
            WorkerSpec.VERSION,
            Stage.COLLECT.folder(),
            3,
            "opaque",
            Map.of("samples.jsonl", Manifest.FileEntry.of(folder.resolve("samples.jsonl"))),
            Map.of("samples", 4L),
            Map.of());
    assertThat(Manifest.read(folder)).isEmpty();
    manifest.write(folder);
    assertThat(Manifest.read(folder)).contains(manifest);
    assertThat(manifest.firstDamagedFile(folder)).isEmpty();
    Files.writeString(folder.resolve("samples.jsonl"), "Content");
    assertThat(manifest.firstDamagedFile(folder)).contains("samples.jsonl");
    Files.delete(folder.resolve("samples.jsonl"));
    assertThat(manifest.firstDamagedFile(folder)).contains("samples.jsonl");
  }

  @Test
  void manifestPathsCannotLeaveTheFolder() {
    Manifest.FileEntry entry = new Manifest.FileEntry("sha256:" + "0".repeat(64), 1);
    for (String path : List.of("../x", "/etc/passwd", "a/../../b", "", "a//b", ".hidden", "a\\b")) {
      assertThatThrownBy(
              () -> new Manifest(1, "train", null, "d", Map.of(path, entry), Map.of(), Map.of()))
          .as(path)
          .hasMessageContaining("unsafe");
    }
  }

  @Test
  void samplesSurviveAndCutFilesAreDetected() throws IOException {
    Sampler sampler = new Sampler(spec().space());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      samples.add(new Sample(i, sampler.quantized(RandomStream.of(1, i)), i / 20.0, 100, 0));
    }
    Path file = folder.resolve("samples.jsonl");
    SampleFile.write(file, samples);
    assertThat(SampleFile.read(file, 20)).isEqualTo(samples);
    assertThatThrownBy(() -> SampleFile.read(file, 19)).hasMessageContaining("more than 19");
    byte[] line = SampleFile.line(samples.get(0));
    Files.write(file, Arrays.copyOf(line, line.length - 5), StandardOpenOption.APPEND);
    assertThatThrownBy(() -> SampleFile.read(file, 50)).hasMessageContaining("ends within line 21");
    assertThat(SampleFile.readAppended(file, 50)).isEqualTo(samples);
    Files.writeString(file, "{\"index\":1}\n");
    assertThatThrownBy(() -> SampleFile.read(file, 50)).hasMessageContaining("line 1");
  }

  @Test
  void progressAndFailureAreSmall() throws IOException {
    Progress progress =
        new Progress("train", 0.5, 1, 2, 0.1, 0.9, null, null, null, null, 60L, "epoch 1 of 2");
    progress.write(folder);
    assertThat(Progress.read(folder)).contains(progress);
    String nasty = "\u0001\"\\é漢".repeat(5000);
    assertThat(new Failure(nasty, nasty).json().length).isLessThanOrEqualTo(Failure.MAX_BYTES);
  }

  @Test
  void policiesToVerifySurviveJsonAndLeaveTrainingsAlone() throws IOException {
    Sampler sampler = new Sampler(spec().space());
    List<VerifySpec.Candidate> candidates =
        List.of(
            new VerifySpec.Candidate(sampler.quantized(RandomStream.of(1, 1)), 0.9),
            new VerifySpec.Candidate(sampler.quantized(RandomStream.of(1, 2)), 0.8));
    WorkerSpec verifying = spec().verifying(new VerifySpec(candidates, 100, "0.001", 20, 3, 500));

    assertThat(Json.read(verifying.canonicalJson(), WorkerSpec.class)).isEqualTo(verifying);
    assertThat(new String(spec().canonicalJson(), StandardCharsets.UTF_8)).doesNotContain("verify");
    assertThatThrownBy(
            () ->
                new VerifySpec(
                    List.of(candidates.get(0), candidates.get(0)), 100, "0.001", 20, 3, 500))
        .hasMessageContaining("given twice");
    var foreign = new Sampler(Presets.named("cifar10").orElseThrow());
    var stranger = new VerifySpec.Candidate(foreign.quantized(RandomStream.of(1, 1)), 0.9);
    assertThatThrownBy(
            () -> spec().verifying(new VerifySpec(List.of(stranger), 0, "0.001", 20, 3, 500)))
        .hasMessageContaining("no policy of search space 'digits'");
  }

  @Test
  void aReportNamesTheMostAccurateCandidateAndTestsNoOther() throws IOException {
    var good = candidate("a", new VerifyReport.Measurement(90, 100));
    var tied = candidate("b", new VerifyReport.Measurement(90, 100));
    var failed = new VerifyReport.Candidate("c", 0.95, 0, null, null, "diverged");
    var test = new VerifyReport.Measurement(170, 200);
    VerifyReport report = new VerifyReport(1, 1, List.of(failed, good.tested(test), tied));

    assertThat(Json.read(Json.bytes(report), VerifyReport.class)).isEqualTo(report);
    assertThat(report.best().test()).isEqualTo(test);
    assertThat(test.accuracy()).isEqualTo(0.85);
    assertThat(test.standardError()).isCloseTo(0.02525, within(1e-5));
    assertThatThrownBy(() -> new VerifyReport(1, 2, List.of(failed, good, tied.tested(test))))
        .hasMessageContaining("not the most accurate");
    assertThatThrownBy(() -> new VerifyReport(1, 1, List.of(failed, good, tied)))
        .hasMessageContaining("measured on the test images");
    assertThatThrownBy(
            () -> new VerifyReport(1, 1, List.of(failed, good.tested(test), tied.tested(test))))
        .hasMessageContaining("measured on the test images");
    assertThatThrownBy(() -> new VerifyReport(1, 0, List.of(failed)))
        .hasMessageContaining("not the most accurate");
  }

  private static VerifyReport.Candidate candidate(
      String digest, VerifyReport.Measurement validation) {
    return new VerifyReport.Candidate(digest, 0.9, 100, validation, null, null);
  }

  @Test
  void stagesAndExitCodesAreFound() {
    assertThat(Stage.ofFolder("collect-quantized")).contains(Stage.COLLECT_QUANTIZED);
    assertThat(Stage.ofDisplayName("TransferPredictor")).contains(Stage.TRANSFER);
    assertThat(Stage.ofFolder("nope")).isEmpty();
    assertThat(ExitCode.of(75)).contains(ExitCode.STOPPED);
    assertThat(ExitCode.of(1)).isEmpty();
    assertThat(new StoreLayout(folder).shard(Stage.COLLECT, 7))
        .isEqualTo(folder.resolve("collect").resolve("shard-00007"));
  }
}
