package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartBackoffTest {
  @ParameterizedTest
  @CsvSource({"1, 10", "2, 20", "3, 40", "5, 160", "6, 300", "100, 300"})
  void doublesUpToFiveMinutes(int consecutive, long seconds) {
    assertThat(RestartBackoff.KUBELET.delay(consecutive)).hasSeconds(seconds);
  }

  @Property
  void neverShrinksAndNeverPassesItsLimit(@ForAll @IntRange(min = 1, max = 1_000_000) int n) {
    Duration delay = RestartBackoff.KUBELET.delay(n);

    assertThat(delay).isLessThanOrEqualTo(RestartBackoff.KUBELET.longest());
    assertThat(RestartBackoff.KUBELET.delay(n + 1)).isGreaterThanOrEqualTo(delay);
  }
}
