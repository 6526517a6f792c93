package dev.apq.core.predictor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  private static final SearchSpace SPACE = Presets.named("digits").orElseThrow();
  private static final Encoding ENCODING = new Encoding(SPACE);
  private static final List<Map<String, FloatTensor>> MEMBERS =
      List.of(weights(1), weights(2), weights(3));

  private final Policy policy = new Sampler(SPACE).quantized(RandomStream.of(5));

  @Test
  void predictsTheMeanAndTheSpreadOfItsMembers() throws InvalidArtifactException {
    Predictor ensemble = Predictor.of(EnsembleWeights.join(MEMBERS), ENCODING);
    double mean = 0;
    for (Map<String, FloatTensor> member : MEMBERS) {
      mean += Predictor.of(member, ENCODING).predict(policy) / 3.0;
    }
    double squares = 0;
    for (Map<String, FloatTensor> member : MEMBERS) {
      squares += Math.pow(Predictor.of(member, ENCODING).predict(policy) - mean, 2);
    }
    assertThat(ensemble.members()).isEqualTo(3);
    assertThat((double) ensemble.predict(policy)).isCloseTo(mean, within(1e-6));
    assertThat(ensemble.spread(policy)).isCloseTo(Math.sqrt(squares / 2), within(1e-6));
    assertThat(ensemble.spread(policy)).isPositive();
    assertThat(ensemble.flops(10)).isEqualTo(3 * Predictor.of(MEMBERS.get(0), ENCODING).flops(10));
  }

  @Test
  void oneNetworkIsItself() throws InvalidArtifactException {
    Predictor single = Predictor.of(MEMBERS.get(0), ENCODING);
    Predictor joined = Predictor.of(EnsembleWeights.join(MEMBERS.subList(0, 1)), ENCODING);
    assertThat(joined.predict(policy)).isEqualTo(single.predict(policy));
    assertThat(joined.members()).isEqualTo(1);
    assertThat(joined.spread(policy)).isZero();
  }

  @Test
  void gradientsAreTheMeanOfThoseOfTheMembers() throws InvalidArtifactException {
    float[] mean = new float[ENCODING.features()];
    for (Map<String, FloatTensor> member : MEMBERS) {
      float[] own = gradient(Predictor.of(member, ENCODING));
      for (int i = 0; i < mean.length; i++) {
        mean[i] += own[i] / 3;
      }
    }
    assertThat(gradient(Predictor.of(EnsembleWeights.join(MEMBERS), ENCODING)))
        .containsExactly(mean, within(1e-6f));
  }

  private float[] gradient(Predictor predictor) {
    float[][] gradients = new float[1][ENCODING.features()];
    int[] hot = ENCODING.hot(policy);
    new Gradients(predictor).compute(new int[][] {hot}, new int[] {hot.length}, 1, gradients);
    return gradients[0];
  }

  @Test
  void incompleteEnsemblesAreRefused() {
    Map<String, FloatTensor> gap = new TreeMap<>(EnsembleWeights.join(MEMBERS));
    gap.keySet().removeIf(name -> name.startsWith("members.1."));
    assertRefused(gap, "members [0, 2]");
    Map<String, FloatTensor> stray = new TreeMap<>(EnsembleWeights.join(MEMBERS));
    stray.put("output.bias", Objects.requireNonNull(MEMBERS.get(0).get("output.bias")));
    assertRefused(stray, "belongs to no member");
    Map<String, FloatTensor> mixed = new TreeMap<>(EnsembleWeights.join(MEMBERS));
    mixed.remove("members.2.bits.weight");
    mixed.remove("members.2.bits.bias");
    assertRefused(mixed, "read bit widths");
  }

  private static void assertRefused(Map<String, FloatTensor> tensors, String reason) {
    assertThatThrownBy(() -> Predictor.of(tensors, ENCODING))
        .isInstanceOf(InvalidArtifactException.class)
        .hasMessageContaining(reason);
  }

  private static Map<String, FloatTensor> weights(long seed) {
    int hidden = 16;
    Map<String, FloatTensor> weights = new TreeMap<>();
    put(weights, seed, "hidden.0", hidden, ENCODING.architectureFeatures());
    put(weights, seed, "hidden.1", hidden, hidden);
    put(weights, seed, "hidden.2", hidden, hidden);
    put(weights, seed, "bits", hidden, ENCODING.bitFeatures());
    put(weights, seed, "output", 1, hidden);
    return weights;
  }

  private static void put(
      Map<String, FloatTensor> weights, long seed, String name, int out, int in) {
    weights.put(name + ".weight", tensor(seed, name.hashCode(), out, in));
    weights.put(name + ".bias", tensor(seed, name.hashCode() + 1L, out));
  }

  private static FloatTensor tensor(long seed, long path, int... shape) {
    RandomStream random = RandomStream.of(seed, path);
    float[] data = new float[shape.length == 1 ? shape[0] : shape[0] * shape[1]];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (0.2 * random.nextGaussian());
    }
    return new FloatTensor(shape, data);
  }
}
