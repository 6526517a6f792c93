package dev.apq.study.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EstimateTest {
  @Test
  void theIntervalIsStudents() {
    Estimate estimate = Estimate.of(new double[] {1, 2, 3, 4, 5});
    assertThat(estimate.mean()).isCloseTo(3, within(1e-12));
    // t(0.975, 4) = 2.776, standard error sqrt(2.5 / 5).
    assertThat(estimate.halfWidth()).isCloseTo(2.776 * Math.sqrt(0.5), within(1e-9));
    assertThat(estimate.low()).isCloseTo(3 - 1.96293, within(1e-4));
    assertThat(estimate.high()).isCloseTo(3 + 1.96293, within(1e-4));
    assertThat(estimate.text(100, 1)).isEqualTo("300.0 ± 196.3");
  }

  @Test
  void manyRepetitionsAreNormal() {
    double[] values = new double[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 2;
    }
    assertThat(Estimate.of(values).halfWidth())
        .isCloseTo(1.96 * 0.5 / Math.sqrt(999), within(1e-6));
  }

  @Test
  void oneRepetitionHasNoInterval() {
    Estimate estimate = Estimate.of(new double[] {0.5});
    assertThat(estimate.halfWidth()).isInfinite();
    assertThat(estimate.text(1, 2)).isEqualTo("0.50");
  }
}
