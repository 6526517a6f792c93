package dev.apq.study.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A part of a space means the same as the members that it stands for. */
class SubspaceTest {
  private static final SearchSpace SPACE = Presets.named("cluttered-digits").orElseThrow();
  private static final Encoding WHOLE = new Encoding(SPACE);
  private static final int HIDDEN = 12;
  private static final int TRIES = 50;

  private final Map<String, FloatTensor> weights = weights();
  private final Architecture held = new Sampler(SPACE).quantized(RandomStream.of(1)).architecture();

  @Test
  void membersHaveThePredictionsAndPricesOfTheWholeSpace() throws InvalidArtifactException {
    Predictor predictor = Predictor.of(weights, WHOLE);
    CostModel costs = costs(SPACE);
    for (Subspace part : parts().toList()) {
      Predictor cut = Predictor.of(part.cut(weights), part.encoding());
      CostModel partCosts = costs(part.space());
      Sampler sampler = new Sampler(part.space());
      for (int i = 0; i < TRIES; i++) {
        Policy member = sampler.quantized(RandomStream.of(2, i));
        Policy whole = part.inWhole(member);
        assertThat(whole.problems(SPACE)).isEmpty();
        assertThat(cut.predict(member)).isEqualTo(predictor.predict(whole));
        for (Metric metric : Metric.values()) {
          assertThat(partCosts.value(member, metric))
              .as("%s", metric)
              .isEqualTo(costs.value(whole, metric));
        }
      }
    }
  }

  @Test
  void whatAStepDoesNotChooseIsHeld() {
    Sampler widths = new Sampler(Subspace.widths(WHOLE, held, 8).space());
    Sampler bits = new Sampler(Subspace.bits(WHOLE, held).space());
    for (int i = 0; i < TRIES; i++) {
      Policy pruned =
          Subspace.widths(WHOLE, held, 8).inWhole(widths.quantized(RandomStream.of(3, i)));
      assertThat(pruned.architecture().depths()).isEqualTo(held.depths());
      assertThat(pruned.architecture().kernelSizes()).isEqualTo(held.kernelSizes());
      assertThat(pruned.quantization().meanBits()).isEqualTo(8);
      Policy quantized = Subspace.bits(WHOLE, held).inWhole(bits.quantized(RandomStream.of(4, i)));
      assertThat(quantized.architecture()).isEqualTo(held);
    }
    assertThat(Stream.iterate(0, i -> i + 1).limit(TRIES))
        .extracting(i -> widths.quantized(RandomStream.of(3, i)).architecture().channels())
        .doesNotHaveDuplicates();
  }

  private Stream<Subspace> parts() {
    return Stream.of(
        Subspace.architectures(WHOLE, 8),
        Subspace.widths(WHOLE, held, 8),
        Subspace.bits(WHOLE, held));
  }

  private static CostModel costs(SearchSpace space) {
    return new CostModel(space, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
  }

  private static Map<String, FloatTensor> weights() {
    Map<String, FloatTensor> weights = new TreeMap<>();
    weights.put("hidden.0.weight", random(HIDDEN, WHOLE.architectureFeatures()));
    weights.put("hidden.1.weight", random(HIDDEN, HIDDEN));
    weights.put("hidden.2.weight", random(HIDDEN, HIDDEN));
    weights.put("output.weight", random(1, HIDDEN));
    weights.put("bits.weight", random(HIDDEN, WHOLE.bitFeatures()));
    for (String layer : List.of("hidden.0", "hidden.1", "hidden.2", "bits")) {
      weights.put(layer + ".bias", random(HIDDEN));
    }
    weights.put("output.bias", random(1));
    return weights;
  }

  private static FloatTensor random(int... shape) {
    int count = 1;
    for (int extent : shape) {
      count *= extent;
    }
    RandomStream random = RandomStream.of(5, count);
    float[] data = new float[count];
    for (int i = 0; i < count; i++) {
      data[i] = (float) (0.3 * random.nextGaussian());
    }
    return new FloatTensor(shape, data);
  }
}
