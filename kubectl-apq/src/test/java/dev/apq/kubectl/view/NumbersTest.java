package dev.apq.kubectl.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void numbersReadWell() {
    assertThat(Numbers.accuracy(0.77499)).isEqualTo("0.7750");
    assertThat(Numbers.cost(0.0398984321)).isEqualTo("0.039898");
    assertThat(Numbers.cost(12000000)).isEqualTo("12000000");
    assertThat(Numbers.cost(Double.NaN)).isEqualTo("-");
    assertThat(Numbers.percent(0.1234)).isEqualTo("12.3");
    assertThat(Numbers.bytes(1023)).isEqualTo("1023 B");
    assertThat(Numbers.bytes(1024)).isEqualTo("1.0 KiB");
    assertThat(Numbers.bytes(6L << 20)).isEqualTo("6.0 MiB");
  }

  @Test
  void spansAreThoseOfKubectl() {
    assertThat(Numbers.span(Duration.ofSeconds(-3))).isEqualTo("0s");
    assertThat(Numbers.span(Duration.ofSeconds(119))).isEqualTo("119s");
    assertThat(Numbers.span(Duration.ofSeconds(167))).isEqualTo("2m47s");
    assertThat(Numbers.span(Duration.ofMinutes(10))).isEqualTo("10m");
    assertThat(Numbers.span(Duration.ofMinutes(200))).isEqualTo("3h");
    assertThat(Numbers.span(Duration.ofHours(50))).isEqualTo("2d");
  }
}
