package dev.apq.worker.profile;

import java.util.Arrays;
import java.util.List;

/**
 * Order statistics of a sample.
 *
 * @param count how many values
 * @param median the middle value
 * @param midmean mean of the middle half: as robust as the median, and finer than the clock's ticks
 * @param iqr distance between the quartiles
 */
record Statistics(int count, double median, double midmean, double iqr) {

  /**
   * @param values at least one
   */
  static Statistics of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int from = sorted.length / 4;
    int to = sorted.length - from;
    double midmean = Arrays.stream(sorted, from, to).average().orElseThrow();
    double iqr = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    return new Statistics(sorted.length, quantile(sorted, 0.5), midmean, iqr);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
