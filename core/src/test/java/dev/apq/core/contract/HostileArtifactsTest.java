package dev.apq.core.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.space.Presets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever lies in a store is read as what it should be or refused as an invalid artifact, with a
 * message; nothing else is thrown.
 */
class HostileArtifactsTest {
  private static final Policy POLICY =
      new Sampler(Presets.named("digits").orElseThrow()).quantized(RandomStream.of(1, 2));
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
    readOrRefused(bytes, file -> MeasuredTable.parse(Files.readAllBytes(file)));
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
      assertThat(e.getMessage()).isNotBlank();
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
        Arbitraries.integers()
            .between(0, valid.length)
            .map(length -> java.util.Arrays.copyOf(valid, length));
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
