package dev.apq.study.report;

import dev.apq.core.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How many times as many samples one method needs for the level that another has: the claim about
 * the transfer is one about samples, not about quality at equal samples.
 *
 * @param needed samples that it needs, by the means over all splits; infinite if its curve ends
 *     below the level
 * @param low lower end of the 95 % interval of {@code needed}
 * @param high upper end
 */
record SampleSaving(double needed, double low, double high) {
  /** How often the splits are drawn again (percentile bootstrap, Efron 1979). */
  static final int RESAMPLES = 2000;

  private static final double TAIL = 0.025;
  private static final long SEED = 7;

  /**
   * Compares.
   *
   * @param samples ascending
   * @param curve quality of the method at each number of samples, by split; higher is better
   * @param level quality of the other method, by split
   */
  static SampleSaving of(List<Integer> samples, List<double[]> curve, double[] level) {
    int splits = level.length;
    double[] drawn = new double[RESAMPLES];
    RandomStream random = RandomStream.of(SEED);
    for (int i = 0; i < RESAMPLES; i++) {
      drawn[i] = needed(samples, curve, level, draw(splits, random.at(i)));
    }
    Arrays.sort(drawn);
    int tail = (int) (TAIL * RESAMPLES);
    return new SampleSaving(
        needed(samples, curve, level, IntStream.range(0, splits).toArray()),
        drawn[tail],
        drawn[RESAMPLES - 1 - tail]);
  }

  private static int[] draw(int splits, RandomStream random) {
    return IntStream.range(0, splits).map(split -> random.nextInt(splits)).toArray();
  }

  /**
   * Samples at which the mean curve first reaches the mean level, interpolated linearly in the
   * logarithm of the samples; infinite if it never does.
   */
  private static double needed(
      List<Integer> samples, List<double[]> curve, double[] level, int[] splits) {
    double wanted = mean(level, splits);
    double below = Double.NaN;
    for (int i = 0; i < samples.size(); i++) {
      double reached = mean(curve.get(i), splits);
      if (reached >= wanted) {
        if (i == 0) {
          return samples.get(0);
        }
        double from = Math.log(samples.get(i - 1));
        double to = Math.log(samples.get(i));
        double share = (wanted - below) / (reached - below);
        return Math.exp(from + share * (to - from));
      }
      below = reached;
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double mean(double[] values, int[] splits) {
    return Arrays.stream(splits).mapToDouble(split -> values[split]).average().orElseThrow();
  }

  /**
   * The ratio and its interval.
   *
   * @param size samples that the other method had
   * @param most samples at which the curve ends
   */
  String ratio(int size, int most) {
    String ratio = ratio(needed, size, most);
    String from = ratio(low, size, most);
    String to = ratio(high, size, most);
    return from.equals(to) ? ratio : ratio + " (" + from + " to " + to + ")";
  }

  private static String ratio(double samples, int size, int most) {
    return Double.isInfinite(samples)
        ? String.format(Locale.ROOT, "above %.1f", (double) most / size)
        : String.format(Locale.ROOT, "%.1f", samples / size);
  }
}
