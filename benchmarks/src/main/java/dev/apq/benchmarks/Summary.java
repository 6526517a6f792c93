package dev.apq.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * Statistics of repeated measurements.
 *
 * @param min least value
 * @param median middle value
 * @param mean arithmetic mean
 * @param max greatest value
 */
public record Summary(double min, double median, double mean, double max) {

  public static Summary of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return new Summary(
        sorted[0],
        (sorted[(n - 1) / 2] + sorted[n / 2]) / 2,
        Arrays.stream(sorted).sum() / n,
        sorted[n - 1]);
  }

  public static Summary of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}
