package dev.apq.worker.collection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.TinySpaces;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplePlanTest {
  private static final int SAMPLES = 200;

  @Test
  void everySampleIsAMember() {
    for (SearchSpace space :
        new SearchSpace[] {
          TinySpaces.digits(),
          TinySpaces.withFirstBlock(),
          Presets.named("apq-imagenet").orElseThrow()
        }) {
      SamplePlan plan = new SamplePlan(space, SAMPLES, RandomStream.of(1));
      for (int i = 0; i < 40; i++) {
        assertThat(plan.quantized(i).problems(space)).isEmpty();
        assertThat(new Policy(plan.architecture(i), null).problems(space)).isEmpty();
      }
    }
  }

  @Test
  void isAPureFunctionOfStreamAndIndex() {
    SearchSpace space = TinySpaces.digits();
    SamplePlan plan = new SamplePlan(space, SAMPLES, RandomStream.of(1));
    SamplePlan same = new SamplePlan(space, SAMPLES, RandomStream.of(1));
    SamplePlan other = new SamplePlan(space, SAMPLES, RandomStream.of(2));
    int differing = 0;
    for (int i = SAMPLES - 1; i >= 0; i--) {
      assertThat(same.quantized(i)).isEqualTo(plan.quantized(i));
      differing += other.quantized(i).equals(plan.quantized(i)) ? 0 : 1;
    }
    assertThat(differing).isGreaterThan(SAMPLES * 9 / 10);
  }

  static List<String> presets() {
    return Presets.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void coversTheCostRangeEvenlyFromEndToEnd(String preset) {
    SearchSpace space = Presets.named(preset).orElseThrow();
    SamplePlan plan = new SamplePlan(space, SAMPLES, RandomStream.of(3));
    Subnets subnets = new Subnets(space);
    double least = macs(space, subnets.smallest());
    double greatest = macs(space, subnets.largest());
    assertEveryTenthHasItsShare(
        i -> (macs(space, plan.architecture(i)) - least) / (greatest - least));
    assertThat(plan.architecture(0)).isEqualTo(subnets.smallest());
    assertThat(plan.architecture(1)).isEqualTo(subnets.largest());
  }

  @ParameterizedTest
  @MethodSource("presets")
  void coversTheBitWidthsEvenlyFromEndToEnd(String preset) {
    SearchSpace space = Presets.named(preset).orElseThrow();
    SamplePlan plan = new SamplePlan(space, SAMPLES, RandomStream.of(4));
    assertEveryTenthHasItsShare(
        i -> (Objects.requireNonNull(plan.quantized(i).quantization()).meanBits() - 4) / 4);
  }

  /** At least half of an even share. */
  private static void assertEveryTenthHasItsShare(IntToDoubleFunction place) {
    int[] tenths = new int[10];
    for (int i = 0; i < SAMPLES; i++) {
      tenths[(int) Math.min(9, 10 * place.applyAsDouble(i))]++;
    }
    assertThat(Arrays.stream(tenths))
        .as(Arrays.toString(tenths))
        .allMatch(count -> count >= SAMPLES / 10 / 2);
  }

  private static double macs(SearchSpace space, Architecture architecture) {
    Policy policy = new Policy(architecture, Quantization.uniform(architecture.activeBlocks(), 8));
    return new CostModel(space, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE)
        .value(policy, Metric.MACS);
  }
}
