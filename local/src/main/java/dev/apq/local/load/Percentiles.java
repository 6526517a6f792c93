package dev.apq.local.load;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Two figures of a distribution of times.
 *
 * @param median half of the times are no longer
 * @param p95 95 of 100 times are no longer
 */
record Percentiles(Duration median, Duration p95) {

  /**
   * By the nearest rank.
   *
   * @throws IllegalArgumentException if there are no times
   */
  static Percentiles of(Collection<Duration> times) {
    List<Duration> sorted = times.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("percentiles of nothing");
    }
    return new Percentiles(rank(sorted, 50), rank(sorted, 95));
  }

  private static Duration rank(List<Duration> sorted, int percent) {
    return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.2f / %.2f", median.toMillis() / 1000.0, p95.toMillis() / 1000.0);
  }
}
