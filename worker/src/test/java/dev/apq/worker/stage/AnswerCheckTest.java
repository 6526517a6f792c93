package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifySpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.SearchInputs;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchRun;
import dev.apq.core.search.SearchSettings;
import dev.apq.core.search.WarmStart;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A verified answer as the operator and the worker leave it, and what becomes of it. */
class AnswerCheckTest {
  private static final WorkerSpec TRAINING =
      new WorkerSpec(
          WorkerSpec.VERSION,
          7,
          TinySpaces.digits(),
          new DatasetSpec("digits", null),
          new RecipeSpec(1, 64, "0.004", "0.01", "0.1", "0.05", 1, null),
          new CollectionSpec(12, 12, 1, 1, 120, 64),
          new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
          new PredictorSpec(24, 12, "0.003", 50, 1));
  private static final Set<String> TIMES = Set.of("progress.json", "timing.json");
  private static final int IMAGES = 150;

  @TempDir private static Path store;
  private static Path run = Path.of("unset");

  @BeforeAll
  static void answer() throws IOException {
    Path supernet = store.resolve("team/digits/key");
    Files.createDirectories(supernet);
    Path spec = store.resolve("spec.json");
    Files.write(spec, TRAINING.canonicalJson());
    assertThat(runner().run(Stage.TRAIN, spec, supernet.toUri())).isEqualTo(ExitCode.DONE);
    Path predictor = predictor(new StoreLayout(supernet).stage(Stage.TRANSFER));

    SearchAnswer answer = search(predictor);
    List<VerifySpec.Candidate> candidates =
        answer.candidates().stream()
            .limit(2)
            .map(point -> new VerifySpec.Candidate(point.policy(), point.accuracy()))
            .toList();
    Files.write(
        spec,
        TRAINING.verifying(new VerifySpec(candidates, 4, "0.002", 2, 3, IMAGES)).canonicalJson());
    assertThat(runner().run(Stage.VERIFY, spec, run.toUri(), supernet.toUri()))
        .isEqualTo(ExitCode.DONE);
  }

  private static SearchAnswer search(Path predictor) throws IOException {
    byte[] table = table();
    WarmStart start =
        new WarmStart(
            SearchAnswer.VERSION,
            List.of(new Sampler(TRAINING.space()).quantized(RandomStream.of(1))));
    SearchInputs inputs =
        new SearchInputs(
                SearchAnswer.VERSION,
                TRAINING.space(),
                Digests.sha256(predictor),
                List.of(),
                List.of(Metric.LATENCY),
                Digests.sha256(table),
                LayerSet.COMPLETE,
                new SearchSettings(8, 2, 0.02, 0.5, 1, false),
                null)
            .startingFrom(start);
    SearchProblem problem =
        inputs.problem(
            Predictor.load(predictor, new Encoding(TRAINING.space())), HardwareModel.read(table));
    SearchRun search = new SearchRun(problem, inputs.settings(), start);
    while (!search.done()) {
      search.step();
    }
    SearchAnswer answer =
        SearchAnswer.of(problem, (SearchOutcome.Feasible) search.outcome(), inputs.digest());
    run = store.resolve("team/phone").resolve(inputs.digest().substring(7, 23));
    Path folder = run.resolve("search");
    Files.createDirectories(folder);
    Files.write(folder.resolve(SearchInputs.FILE_NAME), inputs.bytes());
    Files.write(folder.resolve(SearchInputs.HARDWARE_FILE_NAME), table);
    Files.write(folder.resolve(WarmStart.FILE_NAME), start.bytes());
    Files.write(folder.resolve(SearchAnswer.FILE_NAME), Json.bytes(answer));
    Files.writeString(folder.resolve("timing.json"), "{\"wallSeconds\":0.1}");
    return answer;
  }

  /** A measured table: unlike the analytic model it prices a space in no time. */
  private static byte[] table() {
    Map<LayerShape, Double> latencies = new LinkedHashMap<>();
    MeasuredTable.required(TRAINING.space(), LayerSet.COMPLETE)
        .forEach(shape -> latencies.put(shape, shape.macs() * 1e-6));
    return MeasuredTable.json("board", latencies);
  }

  private static Path predictor(Path folder) throws IOException {
    Files.createDirectories(folder);
    Encoding encoding = new Encoding(TRAINING.space());
    Map<String, FloatTensor> tensors = new TreeMap<>();
    put(tensors, "hidden.0.weight", 8, encoding.architectureFeatures());
    put(tensors, "hidden.0.bias", 8);
    put(tensors, "hidden.1.weight", 8, 8);
    put(tensors, "hidden.1.bias", 8);
    put(tensors, "hidden.2.weight", 8, 8);
    put(tensors, "hidden.2.bias", 8);
    put(tensors, "output.weight", 1, 8);
    put(tensors, "output.bias", 1);
    put(tensors, "bits.weight", 8, encoding.bitFeatures());
    put(tensors, "bits.bias", 8);
    Path file = folder.resolve(StoreLayout.PREDICTOR);
    Safetensors.write(file, tensors);
    new Manifest(
            WorkerSpec.VERSION,
            Stage.TRANSFER.folder(),
            null,
            "sha256:in",
            Map.of(StoreLayout.PREDICTOR, Manifest.FileEntry.of(file)),
            Map.of(),
            Map.of())
        .write(folder);
    return file;
  }

  private static void put(Map<String, FloatTensor> tensors, String name, int... shape) {
    float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    RandomStream random = RandomStream.of(5, name.hashCode());
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian() * 0.3f;
    }
    tensors.put(name, new FloatTensor(shape, data));
  }

  @Test
  void anUntouchedAnswerIsRecomputedFromEachOfItsUris() throws IOException {
    for (URI uri : List.of(run.toUri(), run.resolve("search/result.json").toUri())) {
      Output output = check(uri, 0);
      assertThat(output.exit()).as(output.text()).isEqualTo(ExitCode.DONE);
      Manifest manifest = Manifest.read(run.resolve("verify")).orElseThrow();
      assertThat(output.text())
          .contains("2 of 2 measured candidates were measured again")
          .contains("exported again and gave the same bytes")
          .contains("status.best.digest             " + manifest.summary().get("policy"))
          .contains("status.best.test               " + manifest.summary().get("testAccuracy"))
          .contains("status.model.digest            " + manifest.digest())
          .contains(
              "status.results.digest          "
                  + Digests.sha256(run.resolve("search/result.json")));
    }
  }

  @Test
  void aFlippedByteOfAnyFileIsFoundAndTheFileNamed() throws IOException {
    List<String> files = files();
    assertThat(files)
        .contains(
            "search/result.json",
            "search/inputs.json",
            "search/hardware.json",
            "search/warm-start.json",
            "verify/manifest.json",
            "verify/model.onnx",
            "verify/report.html",
            "verify/candidates/0.json",
            "verify/candidates/1.safetensors")
        .hasSizeGreaterThan(15);
    for (String file : files) {
      Path path = run.resolve(file);
      byte[] good = Files.readAllBytes(path);
      for (int position : List.of(good.length / 3, good.length - 2)) {
        byte[] bad = good.clone();
        bad[position] ^= 1;
        Files.write(path, bad);
        Output output = check(run.toUri(), 0);
        assertThat(output.exit())
            .as("%s, byte %d: %s", file, position, output.text())
            .isEqualTo(ExitCode.INPUT_UNUSABLE);
        assertThat(output.text())
            .as("byte %d of %s", position, file)
            .contains(file.equals("verify/manifest.json") ? "manifest.json" : file)
            .contains("remedy: ");
      }
      Files.write(path, good);
    }
    assertThat(check(run.toUri(), 0).exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aCountThatIsForgedWithItsSealIsFoundByCountingAgain() throws IOException {
    Path folder = run.resolve("verify");
    Map<Path, byte[]> before = new TreeMap<>();
    for (String file : List.of("verify.json", "manifest.json")) {
      before.put(folder.resolve(file), Files.readAllBytes(folder.resolve(file)));
    }
    String report = Files.readString(folder.resolve("verify.json"));
    int correct =
        Integer.parseInt(report.replaceAll("(?s).*\"test\":\\{\"correct\":(\\d+).*", "$1"));
    Files.writeString(
        folder.resolve("verify.json"),
        report.replace(
            "\"test\":{\"correct\":" + correct, "\"test\":{\"correct\":" + (correct - 1)));
    Manifest sealed = Manifest.read(folder).orElseThrow();
    Map<String, Manifest.FileEntry> entries = new TreeMap<>(sealed.files());
    entries.put("verify.json", Manifest.FileEntry.of(folder.resolve("verify.json")));
    Map<String, String> summary = new TreeMap<>(sealed.summary());
    double accuracy = (correct - 1.0) / IMAGES;
    summary.put("testAccuracy", StageResult.figure(accuracy));
    summary.put(
        "testStandardError", StageResult.figure(Math.sqrt(accuracy * (1 - accuracy) / IMAGES)));
    new Manifest(
            sealed.contractVersion(),
            sealed.stage(),
            null,
            sealed.inputDigest(),
            entries,
            sealed.counts(),
            summary)
        .write(folder);

    Output strict = check(run.toUri(), 0);
    Output lenient = check(run.resolve("verify").toUri(), 1);

    for (Map.Entry<Path, byte[]> file : before.entrySet()) {
      Files.write(file.getKey(), file.getValue());
    }
    assertThat(strict.exit()).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(strict.text())
        .contains("verify/verify.json: the chosen policy on test images")
        .contains(correct - 1 + " of " + IMAGES + " are right, here " + correct)
        .contains("--tolerance");
    assertThat(lenient.exit())
        .as("one image less is what another processor might count: %s", lenient.text())
        .isEqualTo(ExitCode.DONE);
  }

  @Test
  void withoutTheSupernetTheCheckSaysWhatItNeeds(@TempDir Path elsewhere) throws IOException {
    Path lonely = elsewhere.resolve("ns/phone").resolve(String.valueOf(run.getFileName()));
    for (String file : files()) {
      Files.createDirectories(lonely.resolve(file).getParent());
      Files.copy(run.resolve(file), lonely.resolve(file));
    }
    Output alone = check(lonely.toUri(), 0);
    assertThat(alone.exit()).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(alone.text()).contains("no predictor with the digest", "--supernet");

    Output told = check(lonely.toUri(), store.resolve("team/digits/key").toUri(), 0);
    assertThat(told.exit()).as(told.text()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aFolderWithoutAnAnswerIsAWrongCommandLine() {
    Output output = check(store.resolve("team/digits").toUri(), 0);
    assertThat(output.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(output.text()).contains("holds no search/result.json", "status.model");
  }

  private static List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(run)) {
      all.filter(Files::isRegularFile)
          .filter(file -> !TIMES.contains(String.valueOf(file.getFileName())))
          .forEach(file -> files.add(run.relativize(file).toString()));
    }
    return files.stream().sorted().toList();
  }

  private record Output(ExitCode exit, String text) {}

  private static Output check(URI uri, int tolerance) {
    return check(uri, null, tolerance);
  }

  private static Output check(URI uri, URI supernet, int tolerance) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ExitCode exit = new AnswerCheck(out).check(uri, supernet, tolerance);
    return new Output(exit, bytes.toString(StandardCharsets.UTF_8));
  }

  private static StageRunner runner() {
    PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new StageRunner(
        Map.of("APQ_TERMINATION_LOG", store.resolve("termination-log").toString()),
        out,
        false,
        new StopSignal());
  }
}
