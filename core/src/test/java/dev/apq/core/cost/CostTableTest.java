package dev.apq.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CostTableTest {
  private static final SearchSpace PAPER = Presets.named("apq-imagenet").orElseThrow();
  private static final CostModel MODEL =
      new CostModel(PAPER, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);

  @Property
  void tablesAgreeWithTheLayerSum(@ForAll long seed) {
    Policy policy = new Sampler(PAPER).quantized(RandomStream.of(seed));
    for (Metric metric : Metric.values()) {
      double expected = MODEL.value(policy, metric);
      assertThat(fromTable(MODEL.table(metric), policy))
          .isCloseTo(expected, within(1e-9 * expected));
      assertThat(expected)
          .isBetween(
              MODEL.table(metric).min() * (1 - 1e-12), MODEL.table(metric).max() * (1 + 1e-12));
    }
  }

  @Property(tries = 50)
  void layersSumToTheNetwork(@ForAll long seed) {
    Policy policy = new Sampler(PAPER).quantized(RandomStream.of(seed));
    List<PricedLayer> layers = MODEL.layers(policy);

    LayerCost sum = layers.stream().map(PricedLayer::cost).reduce(LayerCost.ZERO, LayerCost::plus);
    assertThat(sum).isEqualTo(MODEL.cost(policy));
    assertThat(layers.get(0).layer().name()).isEqualTo("stem");
    assertThat(layers).hasSize(3 * policy.architecture().activeBlocks() + 5);
  }

  private static double fromTable(CostTable table, Policy policy) {
    double raw = table.fixed();
    Quantization bits = policy.quantization();
    int i = 0;
    for (BlockSpace block : PAPER.blocks()) {
      Architecture architecture = policy.architecture();
      if (bits != null && block.positionInStage() < architecture.depths().get(block.stage())) {
        raw +=
            table.block(
                block.index(),
                block.kernelSizes().indexOf(architecture.kernelSizes().get(i)),
                block.widths().indexOf(architecture.channels().get(i)),
                PAPER.bitWidths().indexOf(bits.pointwiseWeightBits().get(i)),
                PAPER.bitWidths().indexOf(bits.pointwiseActivationBits().get(i)),
                PAPER.bitWidths().indexOf(bits.depthwiseWeightBits().get(i)),
                PAPER.bitWidths().indexOf(bits.depthwiseActivationBits().get(i)));
        i++;
      }
    }
    return table.inUnit(raw);
  }

  @Test
  void boundsAreAttainedInASpaceSmallEnoughToEnumerate() {
    SearchSpace space =
        new SearchSpace(
            "tiny",
            16,
            3,
            4,
            new Stem(8, 3, 2),
            null,
            List.of(new StageSpace(8, 1, 1, 2, List.of(3, 5), "1", "3", 8)),
            16,
            List.of(4, 8));
    CostModel model =
        new CostModel(space, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
    List<Policy> all = enumerate();
    assertThat(all).hasSize(space.policyCount().intValueExact());
    for (Metric metric : Metric.values()) {
      double min = all.stream().mapToDouble(p -> model.value(p, metric)).min().orElseThrow();
      double max = all.stream().mapToDouble(p -> model.value(p, metric)).max().orElseThrow();
      assertThat(model.table(metric).min()).isCloseTo(min, within(1e-12));
      assertThat(model.table(metric).max()).isCloseTo(max, within(1e-12));
    }
  }

  private static List<Policy> enumerate() {
    List<List<Integer>> blocks = new ArrayList<>();
    for (int kernel : List.of(3, 5)) {
      for (int width : List.of(8, 16, 24)) {
        for (int bits = 0; bits < 16; bits++) {
          blocks.add(
              List.of(
                  kernel,
                  width,
                  bits % 2 == 0 ? 4 : 8,
                  bits / 2 % 2 == 0 ? 4 : 8,
                  bits / 4 % 2 == 0 ? 4 : 8,
                  bits / 8 == 0 ? 4 : 8));
        }
      }
    }
    List<Policy> all = new ArrayList<>();
    for (List<Integer> first : blocks) {
      all.add(policy(List.of(first)));
      for (List<Integer> second : blocks) {
        all.add(policy(List.of(first, second)));
      }
    }
    return all;
  }

  private static Policy policy(List<List<Integer>> blocks) {
    List<List<Integer>> fields = new ArrayList<>();
    for (int f = 0; f < 6; f++) {
      int field = f;
      fields.add(blocks.stream().map(block -> block.get(field)).toList());
    }
    return new Policy(
        new Architecture(List.of(blocks.size()), fields.get(0), fields.get(1)),
        new Quantization(fields.get(2), fields.get(3), fields.get(4), fields.get(5)));
  }

  @Test
  void sixBitsComputeLikeEightButTravelAsSix() {
    BitFusion device = new BitFusion(HardwareProfile.bitfusion());
    // Bound by computing: equal cycles. Bound by memory: between four and eight bits.
    LayerShape busy8 = new LayerShape(96, 96, 56, 3, 1, 1, 8, 8);
    LayerShape busy6 = new LayerShape(96, 96, 56, 3, 1, 1, 6, 6);
    assertThat(device.price(busy6).latencyMs())
        .isCloseTo(device.price(busy8).latencyMs(), within(0.01 * device.price(busy8).latencyMs()));
    LayerShape starved8 = new LayerShape(1280, 1000, 1, 1, 1, 1, 8, 8);
    LayerShape starved6 = new LayerShape(1280, 1000, 1, 1, 1, 1, 6, 8);
    assertThat(device.price(starved6).latencyMs() / device.price(starved8).latencyMs())
        .isCloseTo(0.75, within(0.01));
  }

  @Test
  void fullPrecisionHasNoIntegerCost() {
    Policy policy = new Sampler(PAPER).fullPrecision(RandomStream.of(1));
    assertThatThrownBy(() -> MODEL.cost(policy)).hasMessageContaining("full-precision");
  }

  @Test
  void layersThatFitNoBufferAreRefused() {
    assertThatThrownBy(
            () ->
                new BitFusion(HardwareProfile.bitfusion())
                    .price(new LayerShape(64, 64, 2048, 999, 900, 1, 8, 8)))
        .hasMessageContaining("does not fit its buffers");
  }

  @Test
  void measuredTablePricesExactlyWhatWasMeasured() throws Exception {
    SearchSpace digits = Presets.named("digits").orElseThrow();
    BitFusion device = new BitFusion(HardwareProfile.bitfusion());
    List<Object> rows = new ArrayList<>();
    for (LayerShape shape : MeasuredTable.required(digits, LayerSet.COMPLETE)) {
      rows.add(row(shape, device.price(shape)));
    }
    CostModel analytic = new CostModel(digits, device, LayerSet.COMPLETE);
    MeasuredTable table = MeasuredTable.parse(json(rows));
    CostModel measured = new CostModel(digits, table, LayerSet.COMPLETE);
    assertThat(table.missing(digits, LayerSet.COMPLETE)).isEmpty();
    for (int i = 0; i < 50; i++) {
      Policy policy = new Sampler(digits).quantized(RandomStream.of(1, i));
      assertThat(measured.cost(policy)).isEqualTo(analytic.cost(policy));
    }
    Object dropped = rows.remove(rows.size() / 2);
    MeasuredTable incomplete = MeasuredTable.parse(json(rows));
    assertThat(incomplete.missing(digits, LayerSet.COMPLETE)).hasSize(1);
    assertThatThrownBy(
            () -> new CostModel(digits, incomplete, LayerSet.COMPLETE).table(Metric.LATENCY))
        .as("without %s", dropped)
        .isInstanceOf(MissingMeasurementException.class)
        .hasMessageContaining("block")
        .hasMessageContaining("has no entry for");
  }

  @Test
  void measuredTableWithoutEnergyLimitsLatencyOnly() throws Exception {
    SearchSpace digits = Presets.named("digits").orElseThrow();
    List<Object> rows = new ArrayList<>();
    for (LayerShape shape : MeasuredTable.required(digits, LayerSet.COMPLETE)) {
      rows.add(row(shape, new HardwareModel.Price(1, 0)).subList(0, 9));
    }
    CostModel model = new CostModel(digits, MeasuredTable.parse(json(rows, 9)), LayerSet.COMPLETE);
    assertThat(model.table(Metric.LATENCY).min()).isPositive();
    assertThatThrownBy(() -> model.table(Metric.ENERGY))
        .isInstanceOf(MissingMeasurementException.class)
        .hasMessageContaining("energyMj");
  }

  @Test
  void malformedTablesAreRefusedByRow() {
    assertRefused(List.of(List.of(1, 2)), "rows[0]: needs 10 numbers");
    assertRefused(List.of(List.of(8, 8, 4, 1, 1, 1, 8, 9, 1, 1)), "rows[0]: layer shape");
    assertRefused(List.of(List.of(8.5, 8, 4, 1, 1, 1, 8, 8, 1, 1)), "inChannels");
    assertRefused(List.of(List.of(8, 8, 4, 1, 1, 1, 8, 8, -1, 1)), "negative");
    List<Integer> row = List.of(8, 8, 4, 1, 1, 1, 8, 8, 1, 1);
    assertRefused(List.of(row, row), "rows[1]: measured twice");
    assertThatThrownBy(() -> MeasuredTable.parse("{}".getBytes(StandardCharsets.UTF_8)))
        .hasMessageContaining("schemaVersion");
  }

  private static void assertRefused(List<?> rows, String message) {
    assertThatThrownBy(() -> MeasuredTable.parse(json(rows))).hasMessageContaining(message);
  }

  private static List<Object> row(LayerShape s, HardwareModel.Price price) {
    return List.of(
        s.inChannels(),
        s.outChannels(),
        s.inSize(),
        s.kernelSize(),
        s.stride(),
        s.groups(),
        s.weightBits(),
        s.activationBits(),
        price.latencyMs(),
        price.energyMj());
  }

  private static byte[] json(List<?> rows) {
    return json(rows, 10);
  }

  private static byte[] json(List<?> rows, int columns) {
    List<String> names =
        List.of(
            "inChannels",
            "outChannels",
            "inSize",
            "kernelSize",
            "stride",
            "groups",
            "weightBits",
            "activationBits",
            "latencyMs",
            "energyMj");
    return Json.bytes(
        Map.of(
            "schemaVersion",
            1,
            "name",
            "board",
            "columns",
            names.subList(0, columns),
            "rows",
            rows));
  }
}
