package dev.apq.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TenureTest {
  private final AtomicLong now = new AtomicLong();
  private final Tenure tenure = new Tenure(now::get);

  @Test
  void lastsWhileTimePassesSecondBySecond() {
    for (int second = 0; second < 60; second++) {
      pass(Duration.ofSeconds(1));
      assertThat(tenure.holds()).isTrue();
      tenure.tick();
    }
  }

  @Test
  void pausesAfterAGapUntilTheElectorHasHadItsDeadlineWhoeverLooksFirst() {
    pass(Tenure.SPARE.plusMillis(1));
    assertThat(tenure.holds()).as("before the clock ticks again").isFalse();
    tenure.tick();
    assertThat(tenure.holds()).as("after it has").isFalse();

    for (int second = 1; second < Leadership.RENEW_DEADLINE.toSeconds(); second++) {
      pass(Duration.ofSeconds(1));
      tenure.tick();
      assertThat(tenure.holds()).as(second + " s later").isFalse();
    }
    pass(Duration.ofSeconds(1));
    tenure.tick();
    assertThat(tenure.holds()).isTrue();
  }

  @Test
  void outlastsAPauseThatNoOtherLeaderCanUse() {
    pass(Tenure.SPARE);
    assertThat(tenure.holds()).isTrue();
    tenure.tick();
    assertThat(tenure.holds()).isTrue();
  }

  @Test
  void endsForGoodWithTheLease() {
    tenure.end();
    pass(Duration.ofSeconds(1));
    tenure.tick();
    assertThat(tenure.holds()).isFalse();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
