package dev.apq.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.Checkpoint;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.SearchSettings;
import dev.apq.core.search.WarmStart;
import dev.apq.core.space.Presets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever lies in a store is read as what it should be or refused as an invalid artifact, with a
 * message that names the file; nothing else is thrown.
 */
class HostileArtifactsTest {
  private static final Policy POLICY =
      new Sampler(Presets.named("digits").orElseThrow()).quantized(RandomStream.of(1, 2));
  private static final Encoding ENCODING = new Encoding(Presets.named("digits").orElseThrow());
  private static Path folder;

  private interface Reader {
    Object read(Path file) throws IOException;
  }

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("hostile");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("file"));
    Files.deleteIfExists(folder.resolve(Timing.FILE_NAME));
    Files.delete(folder);
  }

  @Property
  void manifests(@ForAll("manifestBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, Manifest.class, Manifest.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> manifestBytes() {
    Manifest.FileEntry entry = new Manifest.FileEntry("sha256:" + "0".repeat(64), 1);
    return damaged(
        new Manifest(
                1, "collect", 3, "digest", Map.of("a/b", entry), Map.of("n", 4L), Map.of("k", "v"))
            .bytes());
  }

  @Property
  void progress(@ForAll("progressBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, Progress.class, Progress.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> progressBytes() {
    return damaged(
        Json.bytes(
            new Progress("train", 0.5, 1, 2, 0.25, 0.75, 3, 4, 0.5, 9.0, 60L, "epoch 1 of 2")));
  }

  @Property
  void policies(@ForAll("policyBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, Policy.class, 1 << 16));
  }

  @Provide
  Arbitrary<byte[]> policyBytes() {
    return damaged(Json.bytes(POLICY));
  }

  @Property
  void samples(@ForAll("sampleBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> SampleFile.read(file, 10));
    readOrRefused(bytes, file -> SampleFile.readAppended(file, 10));
  }

  @Provide
  Arbitrary<byte[]> sampleBytes() {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int index = 0; index < 3; index++) {
      lines.writeBytes(SampleFile.line(new Sample(index, POLICY, 0.5, 64, 0)));
    }
    return damaged(lines.toByteArray());
  }

  @Property
  void tensors(@ForAll("tensorBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Safetensors.read(file, 1 << 16));
  }

  @Provide
  Arbitrary<byte[]> tensorBytes() throws IOException {
    Path file = folder.resolve("file");
    Safetensors.write(
        file,
        Map.of(
            "a", new FloatTensor(new int[] {2, 3}, new float[6]),
            "b", new FloatTensor(new int[] {4}, new float[4])));
    return damaged(Files.readAllBytes(file));
  }

  @Property
  void tables(@ForAll("tableBytes") byte[] bytes) throws IOException {
    try {
      assertThat(MeasuredTable.parse(bytes)).isNotNull();
    } catch (InvalidArtifactException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<byte[]> tableBytes() {
    String table =
        """
        {"schemaVersion":1,"name":"d","columns":["inChannels","outChannels","inSize","kernelSize",\
        "stride","groups","weightBits","activationBits","latencyMs"],"rows":[[3,16,8,3,1,1,8,8,0.5]]}
        """;
    return damaged(table.getBytes(StandardCharsets.UTF_8));
  }

  @Property
  void reports(@ForAll("reportBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, VerifyReport.class, VerifyReport.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> reportBytes() {
    VerifyReport.Measurement counted = new VerifyReport.Measurement(3, 4);
    return damaged(
        Json.bytes(
            new VerifyReport(
                WorkerSpec.VERSION,
                0,
                List.of(
                    new VerifyReport.Candidate("sha256:a", 0.5, 10, counted, counted, null),
                    new VerifyReport.Candidate("sha256:b", 0.5, 10, null, null, "diverged")))));
  }

  @Property
  void failures(@ForAll("failureBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, Failure.class, Failure.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> failureBytes() {
    return damaged(new Failure("train.csv cannot be read", "check the volume").json());
  }

  @Property
  void specifications(@ForAll("specificationBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, WorkerSpec.class, WorkerSpec.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> specificationBytes() {
    return damaged(ContractTest.spec().canonicalJson());
  }

  @Property
  void warmStarts(@ForAll("warmStartBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, WarmStart.class, WarmStart.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> warmStartBytes() {
    return damaged(new WarmStart(SearchAnswer.VERSION, List.of(POLICY)).bytes());
  }

  @Property
  void checkpoints(@ForAll("checkpointBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, Checkpoint.class, Checkpoint.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> checkpointBytes() {
    SearchSettings settings = new SearchSettings(4, 2, 0.1, 0.5, 1, false);
    return damaged(
        Json.bytes(
            new Checkpoint(
                Checkpoint.VERSION,
                Digests.sha256(new byte[0]),
                settings,
                1,
                0,
                8,
                List.of("0001", "0100"),
                List.of(true, false),
                List.of("0000"),
                List.of())));
  }

  @Property
  void predictors(@ForAll("predictorBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Predictor.load(file, ENCODING));
  }

  @Provide
  Arbitrary<byte[]> predictorBytes() throws IOException {
    Map<String, FloatTensor> weights = new TreeMap<>();
    weights.put("hidden.0.weight", tensor(1, ENCODING.architectureFeatures()));
    weights.put("hidden.0.bias", tensor(1));
    weights.put("hidden.1.weight", tensor(1, 1));
    weights.put("hidden.1.bias", tensor(1));
    weights.put("hidden.2.weight", tensor(1, 1));
    weights.put("hidden.2.bias", tensor(1));
    weights.put("output.weight", tensor(1, 1));
    weights.put("output.bias", tensor(1));
    Path file = folder.resolve("file");
    Safetensors.write(file, weights);
    assertThat(Predictor.load(file, ENCODING).quantized()).isFalse();
    return damaged(Files.readAllBytes(file));
  }

  private static FloatTensor tensor(int... shape) {
    return new FloatTensor(shape, new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)]);
  }

  @Property
  void answers(@ForAll("answerBytes") byte[] bytes) throws IOException {
    readOrRefused(bytes, file -> Json.read(file, SearchAnswer.class, SearchAnswer.MAX_BYTES));
  }

  @Provide
  Arbitrary<byte[]> answerBytes() {
    SearchAnswer.Point point =
        new SearchAnswer.Point(
            0.5, null, Map.of("BitOps", 1.0), Digests.sha256(Json.bytes(POLICY)), POLICY);
    return damaged(
        Json.bytes(
            new SearchAnswer(
                SearchAnswer.VERSION,
                Digests.sha256(new byte[0]),
                9,
                point,
                List.of(point),
                List.of(point))));
  }

  @Property
  void timings(@ForAll("timingBytes") byte[] bytes) throws IOException {
    Files.write(folder.resolve(Timing.FILE_NAME), bytes);
    assertThat(Timing.read(folder).wallSeconds()).isBetween(0.0, Double.MAX_VALUE);
  }

  @Provide
  Arbitrary<byte[]> timingBytes() {
    return damaged(Json.bytes(new Timing(3.5, 1.0, 9.0)));
  }

  private static void readOrRefused(byte[] bytes, Reader reader) throws IOException {
    Path file = Files.write(folder.resolve("file"), bytes);
    try {
      assertThat(reader.read(file)).isNotNull();
    } catch (InvalidArtifactException e) {
      assertThat(e.getMessage()).contains(file.toString());
    }
  }

  /** Noise, and a valid file with a few bytes changed, cut out or repeated. */
  private static Arbitrary<byte[]> damaged(byte[] valid) {
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    Arbitrary<byte[]> changed =
        Arbitraries.integers()
            .between(0, valid.length - 1)
            .list()
            .ofMinSize(1)
            .ofMaxSize(4)
            .flatMap(
                places ->
                    Arbitraries.of(List.of("\"", "{", "]", "-", "9", "e", "\\", "\0", "ÿ", ""))
                        .map(text -> spliced(valid, places, text)));
    Arbitrary<byte[]> cut =
        Arbitraries.integers().between(0, valid.length).map(length -> Arrays.copyOf(valid, length));
    Arbitrary<byte[]> repeated =
        Arbitraries.integers()
            .between(2, 4)
            .map(
                times -> {
                  ByteArrayOutputStream all = new ByteArrayOutputStream();
                  for (int i = 0; i < times; i++) {
                    all.writeBytes(valid);
                  }
                  return all.toByteArray();
                });
    return Arbitraries.oneOf(noise, changed, cut, repeated);
  }

  private static byte[] spliced(byte[] valid, List<Integer> places, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < valid.length; i++) {
      if (places.contains(i)) {
        bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
      } else {
        bytes.write(valid[i]);
      }
    }
    return bytes.toByteArray();
  }
}
