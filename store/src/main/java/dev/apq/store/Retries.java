package dev.apq.store;

import java.time.Duration;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/**
 * How often a request is sent and how long to wait in between.
 *
 * @param attempts sent so often at most, at least once
 * @param silence longest time to wait for the server's next byte
 * @param backoff the pause before an attempt
 * @param throttled the pause after the server has asked for fewer requests
 * @param sleeper waits
 */
public record Retries(
    int attempts,
    Duration silence,
    BackoffStrategy backoff,
    BackoffStrategy throttled,
    Sleeper sleeper) {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration FIRST_THROTTLED = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final Duration SILENCE = Duration.ofSeconds(30);

  /** Waits, or is interrupted. */
  @FunctionalInterface
  public interface Sleeper {
    /** Waits for so long. */
    void sleep(Duration pause) throws InterruptedException;
  }

  /** Pauses drawn between nothing and a bound that doubles, from 0.1 to 20 seconds. */
  public static Retries growing(int attempts) {
    return new Retries(
        attempts,
        SILENCE,
        BackoffStrategy.exponentialDelay(FIRST, LONGEST),
        BackoffStrategy.exponentialDelay(FIRST_THROTTLED, LONGEST),
        pause -> Thread.sleep(pause.toMillis()));
  }
}
