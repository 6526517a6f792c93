package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a worker leaves behind can be read without Java: weights with the safetensors package from
 * PyPI, samples and policies as JSON, and the predictor computed from the contract's text alone. An
 * exported model runs in Python's onnxruntime as it does in numpy, by the text of docs/export.md.
 */
class InteroperabilityIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("apq.root"), "apq.root"));
  private static final Path PYTHON_SOURCES = ROOT.resolve("local/src/test/python");
  private static final int NETWORKS = 2;
  private static final WorkerSpec SPEC =
      new WorkerSpec(
          WorkerSpec.VERSION,
          1,
          space(),
          new DatasetSpec("digits", null),
          new RecipeSpec(
              1,
              128,
              "0.004",
              "0.01",
              "0.1",
              "0",
              1,
              true,
              "0",
              "0",
              RecipeSpec.Augmentation.NONE,
              null,
              null),
          new CollectionSpec(12, 12, 0, 1, 100, 64),
          new QuantizationSpec(Quantizer.PER_CHANNEL, "0.001"),
          new PredictorSpec(24, 10, "0.003", 5, NETWORKS));

  @Test
  void pythonReadsTheWeightsAndComputesThePredictions(@TempDir Path folder) throws IOException {
    Path specFile = Files.write(folder.resolve("spec.json"), SPEC.canonicalJson());
    StoreLayout store = new StoreLayout(folder.resolve("artifacts"));
    Files.createDirectories(store.root());
    for (Stage stage : Stage.ofTraining()) {
      Path worker = ROOT.resolve("worker/target/apq-worker/apq-worker.jar");
      String java = ProcessHandle.current().info().command().orElse("java");
      run(
          folder,
          java,
          "-jar",
          worker.toString(),
          stage.folder(),
          "--spec=" + specFile,
          "--store=" + store.root().toUri());
    }
    String script = PYTHON_SOURCES.resolve("read_artifacts.py").toString();
    String said = run(folder, python(folder), script, specFile.toString(), store.root().toString());
    JsonNode read = Json.read(said.getBytes(StandardCharsets.UTF_8), JsonNode.class);

    assertSameTensors(read, store, Stage.TRAIN, StoreLayout.SUPERNET);
    assertSameTensors(read, store, Stage.TRAIN_PREDICTOR, StoreLayout.PREDICTOR);
    assertSameTensors(read, store, Stage.TRANSFER, StoreLayout.PREDICTOR);
    assertSamePredictions(read.path("predictions"), store);
  }

  @Test
  void pythonRunsAnExportedModel(@TempDir Path folder) throws IOException {
    String script = PYTHON_SOURCES.resolve("run_model.py").toString();
    Path golden = ROOT.resolve("worker/src/test/resources/golden-export");
    String said = run(folder, python(folder), script, golden.toString());
    JsonNode read = Json.read(said.getBytes(StandardCharsets.UTF_8), JsonNode.class);

    assertThat(read.path("policyDigest").asText())
        .isEqualTo(Digests.sha256(golden.resolve("policy.json")))
        .isEqualTo(read.path("statedDigest").asText());
    int images = read.path("images").asInt();
    assertThat(images).isPositive();
    assertThat(read.path("sameTop").asInt()).isEqualTo(images);
    assertThat(read.path("greatestLogit").doubleValue()).isGreaterThan(0.5);
    assertThat(read.path("medianDifference").doubleValue()).isLessThan(1e-5);
    assertThat(read.path("meanDifference").doubleValue()).isLessThan(0.002);
  }

  private static void assertSameTensors(JsonNode read, StoreLayout store, Stage stage, String file)
      throws IOException {
    Map<String, FloatTensor> written =
        Safetensors.read(store.stage(stage).resolve(file), Long.MAX_VALUE);
    JsonNode tensors =
        read.path("files").path(stage.folder() + "/" + file.replace(".safetensors", ""));
    List<String> names = new ArrayList<>();
    tensors.fieldNames().forEachRemaining(names::add);
    assertThat(new TreeSet<>(names)).isEqualTo(new TreeSet<>(written.keySet()));
    written.forEach(
        (name, tensor) -> {
          JsonNode other = tensors.path(name);
          assertThat(other.path("dtype").asText()).as(name).isEqualTo("float32");
          assertThat(Json.mapper().convertValue(other.path("shape"), int[].class))
              .as(name)
              .isEqualTo(tensor.shape());
          double sum = 0;
          for (float value : tensor.data()) {
            sum += value;
          }
          assertThat(other.path("sum").doubleValue()).as(name).isCloseTo(sum, within(1e-9));
          assertThat("sha256:" + other.path("sha256").asText()).as(name).isEqualTo(digest(tensor));
        });
  }

  private static String digest(FloatTensor tensor) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * tensor.data().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.data());
    return Digests.sha256(bytes.array());
  }

  private static void assertSamePredictions(JsonNode predictions, StoreLayout store)
      throws IOException {
    Predictor predictor =
        Predictor.load(
            store.stage(Stage.TRANSFER).resolve(StoreLayout.PREDICTOR), new Encoding(SPEC.space()));
    assertThat(predictor.members()).isEqualTo(NETWORKS);
    List<Sample> samples =
        SampleFile.read(store.shard(Stage.COLLECT_QUANTIZED, 0).resolve(StoreLayout.SAMPLES), 12);
    assertThat(predictions.size()).isEqualTo(samples.size()).isEqualTo(12);
    for (int i = 0; i < samples.size(); i++) {
      JsonNode other = predictions.get(i);
      var policy = samples.get(i).policy();
      assertThat((double) predictor.predict(policy))
          .isCloseTo(other.path("accuracy").doubleValue(), within(1e-5));
      assertThat(predictor.spread(policy))
          .isCloseTo(other.path("spread").doubleValue(), within(1e-5));
    }
  }

  /** The interpreter of an environment with the pinned packages, made once per checkout. */
  private static String python(Path folder) throws IOException {
    Path requirements = PYTHON_SOURCES.resolve("requirements.txt");
    String key = Digests.sha256(requirements).substring("sha256:".length()).substring(0, 12);
    Path environment = ROOT.resolve("local/target/python-" + key);
    Path made = environment.resolve("made");
    if (!Files.exists(made)) {
      Files.createDirectories(environment.getParent());
      assertThat(exit(folder, "python3", "-m", "venv", "--clear", environment.toString()))
          .as("python3 can make a virtual environment; on Debian: apt install python3-venv")
          .isZero();
      run(
          folder,
          environment.resolve("bin/pip").toString(),
          "install",
          "--quiet",
          "--disable-pip-version-check",
          "--requirement",
          requirements.toString());
      Files.createFile(made);
    }
    return environment.resolve("bin/python").toString();
  }

  private static int exit(Path folder, String... command) throws IOException {
    return start(folder, command).exit();
  }

  /** Standard output of a command that has to succeed. */
  private static String run(Path folder, String... command) throws IOException {
    Ended ended = start(folder, command);
    assertThat(ended.exit()).as("%s\n%s", String.join(" ", command), ended.errors()).isZero();
    return ended.output();
  }

  private record Ended(int exit, String output, String errors) {}

  private static Ended start(Path folder, String... command) throws IOException {
    Path output = Files.createTempFile(folder, "out", ".txt");
    Path errors = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", command) + " takes longer than " + LIMIT);
      }
      return new Ended(process.exitValue(), Files.readString(output), Files.readString(errors));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static SearchSpace space() {
    StageSpace first = new StageSpace(8, 1, 1, 2, List.of(3, 5), "1", "3", 4);
    StageSpace second = new StageSpace(12, 2, 1, 2, List.of(3, 5), "1.5", "3", 4);
    return new SearchSpace(
        "tiny", 8, 1, 10, new Stem(8, 3, 1), null, List.of(first, second), 24, List.of(4, 6, 8));
  }
}
