package dev.apq.local.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
  @Test
  void areTheNearestRanksInAnyOrder() {
    List<Duration> times =
        IntStream.rangeClosed(1, 40).mapToObj(i -> Duration.ofSeconds(41 - i)).toList();

    assertThat(Percentiles.of(times))
        .isEqualTo(new Percentiles(Duration.ofSeconds(20), Duration.ofSeconds(38)));
    assertThat(Percentiles.of(times)).hasToString("20.00 / 38.00");
  }

  @Test
  void ofOneTimeAreThatTime() {
    Duration only = Duration.ofMillis(1500);
    assertThat(Percentiles.of(List.of(only))).isEqualTo(new Percentiles(only, only));
  }

  @Test
  void ofNothingAreRefused() {
    assertThatThrownBy(() -> Percentiles.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
