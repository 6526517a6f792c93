package dev.apq.worker.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void risesThenFallsToZero() {
    LearningRate rate = new LearningRate(0.4, 10, 110);
    assertThat(rate.at(0)).isCloseTo(0.04, within(1e-12));
    assertThat(rate.at(9)).isCloseTo(0.4, within(1e-12));
    assertThat(rate.at(10)).isCloseTo(0.4, within(1e-12));
    assertThat(rate.at(60)).isCloseTo(0.2, within(1e-12));
    assertThat(rate.at(110)).isCloseTo(0, within(1e-12));
    for (int step = 11; step <= 110; step++) {
      assertThat(rate.at(step)).isLessThan(rate.at(step - 1));
    }
  }
}
