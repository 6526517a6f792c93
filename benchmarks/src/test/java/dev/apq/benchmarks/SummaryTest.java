package dev.apq.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void statisticsOfAnEvenCount() {
    assertThat(Summary.of(4, 1, 3, 2)).isEqualTo(new Summary(1, 2.5, 2.5, 4));
  }

  @Test
  void statisticsOfAnOddCount() {
    assertThat(Summary.of(9, 1, 2)).isEqualTo(new Summary(1, 2, 4, 9));
  }
}
