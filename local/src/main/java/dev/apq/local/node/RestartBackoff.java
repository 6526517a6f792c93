package dev.apq.local.node;

import java.time.Duration;

/**
 * Delay before a container that ended is started again: it doubles with each restart up to a limit,
 * and a long run forgets the past, as a kubelet does (10 s, 5 min, 10 min).
 *
 * @param first delay before the first restart
 * @param longest limit of the delay
 * @param forgetAfter a run of this length starts over with the first delay
 */
public record RestartBackoff(Duration first, Duration longest, Duration forgetAfter) {
  /** A kubelet's values. */
  public static final RestartBackoff KUBELET =
      new RestartBackoff(Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(10));

  /** Delay after {@code consecutive} runs that ended early, counted from 1. */
  Duration delay(int consecutive) {
    Duration delay = first;
    for (int i = 1; i < consecutive && delay.compareTo(longest) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(longest) < 0 ? delay : longest;
  }
}
