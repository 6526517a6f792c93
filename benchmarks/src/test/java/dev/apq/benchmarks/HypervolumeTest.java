package dev.apq.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.Candidate;
import dev.apq.core.space.Presets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HypervolumeTest {
  private static final Policy ANY =
      new Sampler(Presets.named("digits").orElseThrow()).quantized(RandomStream.of(1));

  private static Candidate at(double latency, double accuracy) {
    return new Candidate(ANY, accuracy, Map.of(Metric.LATENCY, latency));
  }

  @Test
  void areaUnderTheStaircase() {
    assertThat(Hypervolume.of(List.of(at(10, 0.5), at(5, 0.2))))
        .isCloseTo(0.2 * 5 + 0.5 * 10, within(1e-12));
  }

  @Test
  void dominatedAndTooSlowPointsAddNothing() {
    double front = Hypervolume.of(List.of(at(5, 0.2), at(10, 0.5)));
    assertThat(Hypervolume.of(List.of(at(5, 0.2), at(7, 0.1), at(10, 0.5), at(21, 0.9))))
        .isEqualTo(front);
  }

  @Test
  void pointsBelowTheReferenceAddNothing() {
    assertThat(Hypervolume.of(List.of(at(5, -0.1)))).isZero();
  }
}
