package dev.apq.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.Manifest;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Batch;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.supernet.TinySpaces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportedModelTest {
  private static final int IMAGES = 300;
  private static final SearchSpace SPACE = TinySpaces.digits();
  private static final Dataset DIGITS = Datasets.open(new DatasetSpec("digits", null), SPACE);
  private static final Policy POLICY = new Sampler(SPACE).quantized(RandomStream.of(2));
  private static final HardwareModel HARDWARE = new BitFusion(HardwareProfile.bitfusion());

  private final CalibratedSubnet subnet = new CalibratedSubnet(SPACE, POLICY, 2);
  private final FrozenNetwork network = subnet.frozen();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    subnet.close();
  }

  @Test
  void writesFilesThatAgreeWithTheMeasuredNetwork() throws Exception {
    ExportedModel exported = write(folder);
    assertThat(exported.agreement().images()).isEqualTo(IMAGES);
    assertThat(exported.agreement().sameTop()).isGreaterThanOrEqualTo(IMAGES - 1);
    assertThat(exported.exported().images()).isEqualTo(IMAGES);
    assertThat(Digests.sha256(folder.resolve(ExportedModel.POLICY))).isEqualTo(POLICY.digest());
    assertThat(Files.size(folder.resolve(ExportedModel.ONNX))).isEqualTo(exported.onnxBytes());
    JsonNode summary = Json.read(folder.resolve(ExportedModel.SUMMARY), JsonNode.class, 1 << 20);
    assertThat(summary.path("policyDigest").asText()).isEqualTo(POLICY.digest());
    assertThat(summary.path("runtime").asText()).startsWith("ONNX Runtime 1.");
  }

  @Test
  void theSizeIsWhatTheSearchCounted() throws IOException {
    CostModel costs = new CostModel(SPACE, HARDWARE, LayerSet.COMPLETE);
    ExportedModel exported = write(folder);
    assertThat(exported.costModelBytes()).isEqualTo(costs.cost(POLICY).modelBits() / 8);
    assertThat(exported.weightBytes()).isLessThan(exported.costModelBytes());
  }

  @Test
  void equalNetworksGiveEqualBytesAndOneFlippedBitIsFound() throws IOException {
    write(folder.resolve("a"));
    write(folder.resolve("b"));
    Map<String, Manifest.FileEntry> files = new HashMap<>();
    for (String file : ExportedModel.FILES) {
      Path a = folder.resolve("a").resolve(file);
      assertThat(folder.resolve("b").resolve(file)).as(file).hasSameBinaryContentAs(a);
      files.put(file, Manifest.FileEntry.of(a));
    }
    Manifest manifest = new Manifest(1, "verify", null, "digest", files, Map.of(), Map.of());
    assertThat(manifest.firstDamagedFile(folder.resolve("b"))).isEmpty();
    for (String file : ExportedModel.FILES) {
      Path copy = folder.resolve("b").resolve(file);
      byte[] bytes = Files.readAllBytes(copy);
      bytes[bytes.length / 2] ^= 1;
      Files.write(copy, bytes);
      assertThat(manifest.firstDamagedFile(folder.resolve("b"))).contains(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(copy, bytes);
    }
  }

  @Test
  void theTensorsAreLevelsTimesScales() throws Exception {
    write(folder);
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(ExportedModel.TENSORS)))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[(int) file.getLong()];
    file.get(json);
    JsonNode header = Json.read(json, JsonNode.class);
    assertThat(header.path("__metadata__").path("apq.policy.digest").asText())
        .isEqualTo(POLICY.digest());
    int data = 8 + json.length;
    for (FrozenLayer layer : network.layers()) {
      JsonNode levels = header.path(layer.name() + ".weight.levels");
      JsonNode scales = header.path(layer.name() + ".weight.scale");
      assertThat(levels.path("dtype").asText()).isEqualTo("I8");
      assertThat(scales.path("shape").get(0).asInt()).isEqualTo(layer.weights().scales().length);
      int from = data + levels.path("data_offsets").get(0).asInt();
      int to = data + levels.path("data_offsets").get(1).asInt();
      assertThat(Arrays.copyOfRange(file.array(), from, to)).isEqualTo(layer.weights().levels());
      assertThat(file.getFloat(data + scales.path("data_offsets").get(0).asInt()))
          .isEqualTo(layer.weights().scale(0));
    }
  }

  @Test
  void theReportNeedsNothingElse() throws Exception {
    write(folder);
    String page = Files.readString(folder.resolve(ExportedModel.REPORT));
    assertThat(page)
        .contains(POLICY.digest())
        .contains("&lt;Digits &amp; more&gt;")
        .contains("Latency", "validation images", "81.00", "270 of 300", "model.onnx")
        .doesNotContain("<script", "src=", "href=", "@import");
    network.layers().forEach(layer -> assertThat(page).contains("<td>" + layer.name() + "</td>"));
    byte[] drawing = Files.readAllBytes(folder.resolve(ExportedModel.DRAWING));
    var xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(drawing));
    assertThat(xml.getElementsByTagName("g").getLength()).isEqualTo(network.layers().size());
  }

  @Test
  void aModelThatComputesSomethingElseIsNotWritten() {
    ExportedModel.Reference other =
        batch -> {
          float[] logits = subnet.logits(batch.images());
          for (int i = 0; i < logits.length; i++) {
            logits[i] += i % 7 == 0 ? 0.1f : 0;
          }
          return logits;
        };
    assertThatThrownBy(() -> ExportedModel.write(network, card(), DIGITS, IMAGES, other, folder))
        .isInstanceOf(ExportException.class)
        .hasMessageContaining("does not compute what was measured: logits differ by 0.01");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aReferenceThatIsNoNumberIsNoAgreement() {
    ExportedModel.Reference other =
        batch -> {
          float[] logits = new float[batch.count() * SPACE.classes()];
          Arrays.fill(logits, Float.NaN);
          return logits;
        };
    assertThatThrownBy(() -> ExportedModel.write(network, card(), DIGITS, IMAGES, other, folder))
        .isInstanceOf(ExportException.class);
  }

  private ExportedModel write(Path target) throws IOException {
    return ExportedModel.write(network, card(), DIGITS, IMAGES, this::logits, target);
  }

  private float[] logits(Batch batch) {
    return subnet.logits(batch.images());
  }

  private static ModelCard card() {
    CostModel costs = new CostModel(SPACE, HARDWARE, LayerSet.COMPLETE);
    return new ModelCard(
        "<Digits & more>",
        SPACE,
        POLICY,
        DIGITS.normalization(),
        0.81,
        new Proportion(90, 100),
        new Proportion(270, 300),
        List.of(
            new ModelCard.Cost(Metric.LATENCY, costs.value(POLICY, Metric.LATENCY), 1.0),
            new ModelCard.Cost(Metric.MACS, costs.value(POLICY, Metric.MACS), null)),
        HARDWARE);
  }
}
