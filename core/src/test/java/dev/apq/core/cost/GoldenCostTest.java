package dev.apq.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.golden.Golden;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class GoldenCostTest {
  private final SearchSpace paper = Presets.named("apq-imagenet").orElseThrow();
  private final BitFusion bitFusion = new BitFusion(HardwareProfile.bitfusion());
  private final CostModel complete = new CostModel(paper, bitFusion, LayerSet.COMPLETE);
  private final CostModel published = new CostModel(paper, bitFusion, LayerSet.PAPER_COMPATIBLE);

  @Test
  void all205MembersCostWhatTheReferenceSays() {
    List<Golden> members = Golden.all();
    assertThat(members).hasSize(205);
    for (Golden golden : members) {
      LayerCost cost = published.cost(golden.policy());
      assertThat(cost.macs()).as(golden.name()).isEqualTo(golden.macs());
      assertThat(cost.params()).as(golden.name()).isEqualTo(golden.params());
      assertThat(cost.bitOps()).as(golden.name()).isEqualTo(golden.bitOps());
      assertThat(cost.latencyMs())
          .as(golden.name())
          .isCloseTo(golden.latencyMs(), Percentage.withPercentage(3e-3));
      assertThat(cost.energyMj())
          .as(golden.name())
          .isCloseTo(golden.energyMj(), Percentage.withPercentage(0.15));
    }
  }

  @Test
  void modelSizeIsWeightsAtTheirWidthsPlusFoldedBiases() {
    Golden min = Golden.all().get(0);
    long channels =
        SpaceLayers.of(paper, min.policy()).stream().mapToLong(l -> l.shape().outChannels()).sum();
    assertThat(complete.cost(min.policy()).modelBits()).isEqualTo(min.weightBits() + 32 * channels);
  }

  @Test
  void knownNetworksHaveTheirPublishedBitOps() {
    assertBitOps(ReferenceNetworks.resNet18(8), 116.10);
    assertBitOps(ReferenceNetworks.resNet34(8), 234.48);
    assertBitOps(ReferenceNetworks.resNet50(8), 261.71);
    assertBitOps(ReferenceNetworks.mobileNetV2(8), 19.25);
  }

  private void assertBitOps(List<Layer> layers, double giga) {
    assertThat(Metric.BIT_OPS.value(complete.cost(layers))).isCloseTo(giga, within(0.005));
  }

  @Test
  void mobileNetV2HasItsPublishedCosts() {
    LayerCost cost = complete.cost(ReferenceNetworks.mobileNetV2(8));
    assertThat(cost.macs()).isEqualTo(300_774_272);
    assertThat(cost.params()).isEqualTo(3_504_872);
    assertThat(cost.latencyMs()).isCloseTo(9.099, within(5e-4));
    assertThat(cost.energyMj()).isCloseTo(12.453, within(5e-4));
  }

  @Test
  void resNet18HasItsPublishedParameters() {
    assertThat(complete.cost(ReferenceNetworks.resNet18(8)).params()).isEqualTo(11_689_512);
    assertThat(complete.cost(ReferenceNetworks.resNet50(8)).params()).isEqualTo(25_557_032);
  }

  @Test
  void spaceBoundsAreThePublishedOnes() {
    assertThat(complete.table(Metric.MACS).min()).isEqualTo(191.472128);
    assertThat(complete.table(Metric.MACS).max()).isEqualTo(606.590720);
    assertThat(published.table(Metric.LATENCY).min()).isCloseTo(2.959, within(5e-4));
  }

  @Test
  void firstBlockAndClassifierAreWhatThePublishedSearchLeavesOut() {
    Golden any = Golden.all().get(7);
    LayerCost all = complete.cost(any.policy());
    LayerCost some = published.cost(any.policy());
    assertThat(all.latencyMs() - some.latencyMs()).isCloseTo(1.180, within(5e-4));
    assertThat(all.energyMj() - some.energyMj()).isCloseTo(1.353, within(1e-3));
    assertThat(all.macs()).isEqualTo(some.macs());
  }

  @Test
  void layersTakeTheCyclesOfThePublishedTable() {
    assertCycles(new LayerShape(3, 32, 224, 3, 2, 1, 8, 8), 147_952, 1);
    assertCycles(new LayerShape(320, 1280, 7, 1, 1, 1, 8, 8), 40_804, 1);
  }

  private void assertCycles(LayerShape shape, long cycles, long tolerance) {
    assertThat(bitFusion.price(shape).latencyMs() * 500e3)
        .isCloseTo(cycles, within(tolerance + 1e-6));
  }
}
