package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerCost;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import dev.apq.operator.store.Seal;
import dev.apq.operator.training.StageObservation;
import dev.apq.operator.training.TrainingWorld;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the results ConfigMap holds, and how much. */
class SearchResultsTest {
  private static final int MOST_BYTES = 1 << 20;

  @Test
  void everyLayerIsShownWithWhatItCosts() throws IOException {
    SearchSpace space = Presets.named("digits").orElseThrow();
    SearchPlan plan = plan(space, new Hardware(device(), new byte[] {1}));
    SearchAnswer answer = answer(plan.costs(), 1);

    ConfigMap map = SearchResults.of(search(), plan, found(answer), Verification.none(List.of()));

    JsonNode table = read(map, "layers.json");
    LayerCost total = plan.costs().cost(answer.best().policy());
    assertThat(table.path("policy").asText()).isEqualTo(answer.best().digest());
    assertThat(sum(table, "macs")).isEqualTo(total.macs());
    assertThat(sum(table, "latencyMs"))
        .isCloseTo(total.latencyMs(), org.assertj.core.api.Assertions.withinPercentage(1e-9));
    assertThat(sum(table, "latencyShare"))
        .isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9));
    int blocks = answer.best().policy().architecture().kernelSizes().size();
    assertThat(table.path("layers")).hasSizeGreaterThanOrEqualTo(3 * blocks + 3);
    JsonNode depthwise =
        table.path("layers").findParents("layer").stream()
            .filter(layer -> layer.path("layer").asText().equals("block0.depthwise"))
            .findFirst()
            .orElseThrow();
    Policy policy = answer.best().policy();
    assertThat(depthwise.path("width").asInt()).isEqualTo(policy.architecture().channels().get(0));
    assertThat(depthwise.path("weightBits").asInt())
        .isEqualTo(policy.quantization().depthwiseWeightBits().get(0));
  }

  @Test
  void aDeviceThatWasNotMeasuredForALayerLeavesTheReason() throws IOException {
    SearchSpace space = Presets.named("digits").orElseThrow();
    byte[] empty = MeasuredTable.json("board", Map.of());
    SearchPlan plan = plan(space, new Hardware(MeasuredTable.parse(empty), empty));
    SearchAnswer answer = answer(plan(space, new Hardware(device(), new byte[] {1})).costs(), 1);

    JsonNode table =
        read(
            SearchResults.of(search(), plan, found(answer), Verification.none(List.of())),
            "layers.json");

    assertThat(table.path("layers")).isEmpty();
    assertThat(table.path("problem").asText()).contains("board", "measure it");
  }

  @Test
  void sizesOfTheFileStandBesideTheCostModels() throws IOException {
    SearchSpace space = Presets.named("digits").orElseThrow();
    SearchPlan plan = plan(space, new Hardware(device(), new byte[] {1}));
    Map<String, Long> counts =
        Map.of("onnxBytes", 30_000L, "weightBytes", 9_000L, "costModelBytes", 10_000L);
    Map<String, Long> all = new TreeMap<>(counts);
    all.put("testImages", 500L);
    Manifest manifest =
        new Manifest(WorkerSpec.VERSION, "verify", null, "sha256:i", Map.of(), all, Map.of());
    SearchAnswer answer = answer(plan.costs(), 1);
    VerifyReport report =
        new VerifyReport(
            WorkerSpec.VERSION,
            0,
            List.of(
                new VerifyReport.Candidate(
                    answer.best().digest(),
                    0.9,
                    0,
                    new VerifyReport.Measurement(1, 2),
                    new VerifyReport.Measurement(1, 2),
                    null)));
    StageObservation stage =
        new StageObservation(
            Stage.VERIFY, Seal.GOOD, "in", null, false, 0, manifest, Instant.EPOCH, 1, null);
    Verification measured =
        new Verification(null, new TrainingWorld("run", List.of(stage), List.of()), report);

    ConfigMap map = SearchResults.of(search(), plan, found(answer), measured);

    assertThat(Json.mapper().convertValue(read(map, "sizes.json"), Map.class))
        .containsOnlyKeys(VerifyReport.SIZES.toArray(String[]::new));
    assertThat(SearchResults.holds(map, search(), found(answer), measured)).isTrue();
    map.getData().remove("layers.json");
    assertThat(SearchResults.holds(map, search(), found(answer), measured))
        .as("one that an earlier operator wrote is written anew")
        .isFalse();
  }

  @Test
  void twoHundredPointsOfTheLargestSpaceFitIntoAConfigMap() {
    List<Integer> bits = List.of(2, 3, 4, 5, 6, 7, 8);
    List<StageSpace> stages =
        Collections.nCopies(
            16, new StageSpace(4096, 1, 4, 4, List.of(3, 5, 7, 9, 11), "2", "4", 64));
    SearchSpace space =
        new SearchSpace(
                "a".repeat(40), 1024, 4, 1000, new Stem(4096, 3, 2), null, stages, 4096, bits)
            .requireValid();
    assertThat(space.blocks()).hasSize(64);
    SearchPlan plan = plan(space, new Hardware(device(), new byte[] {1}));
    SearchAnswer answer = answer(plan.costs(), 400);

    ConfigMap map = SearchResults.of(search(), plan, found(answer), Verification.none(List.of()));

    assertThat(map.getData().get("result.json").split("\"digest\"", -1))
        .as("200 of 400 points, 16 candidates and the best")
        .hasSize(200 + 16 + 1 + 1);
    long bytes = map.getData().values().stream().mapToLong(String::length).sum();
    assertThat(bytes).isBetween(MOST_BYTES / 4L, MOST_BYTES * 3L / 4);
  }

  private static BitFusion device() {
    return new BitFusion(HardwareProfile.bitfusion());
  }

  private static SearchPlan plan(SearchSpace space, Hardware hardware) {
    return SearchPlan.of(search().getSpec(), space, Path.of("p"), "sha256:0", hardware);
  }

  private static SearchAnswer answer(CostModel costs, int points) {
    Sampler sampler = new Sampler(costs.space());
    List<SearchAnswer.Point> all = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      Policy policy = sampler.quantized(RandomStream.of(i));
      Map<String, Double> values = new TreeMap<>();
      for (Metric metric : Metric.values()) {
        values.put(metric.displayName(), costs.value(policy, metric));
      }
      all.add(new SearchAnswer.Point(1.0 / (i + 3), 1.0 / 7, values, policy.digest(), policy));
    }
    return new SearchAnswer(
        SearchAnswer.VERSION, "sha256:0", 9, all.get(0), all.subList(0, Math.min(points, 16)), all);
  }

  private static SearchState.Found found(SearchAnswer answer) {
    return new SearchState.Found(answer, "sha256:1", 1);
  }

  private static JsonNode read(ConfigMap map, String key) throws IOException {
    return Json.mapper().readTree(map.getData().get(key));
  }

  private static double sum(JsonNode table, String field) {
    return StreamSupport.stream(table.path("layers").spliterator(), false)
        .mapToDouble(layer -> layer.path(field).asDouble())
        .sum();
  }

  private static ApqSearch search() {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: s, namespace: team, uid: u}
        spec:
          supernetRef: {name: shared}
          constraints: [{metric: BitOps, max: '0.01'}]
        """,
        ApqSearch.class);
  }
}
