package dev.apq.study.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How many samples a curve needs to reach a level: the claim about the transfer is one about
 * samples, not about quality at equal samples.
 */
final class SampleSaving {
  private SampleSaving() {}

  /**
   * Samples at which a learning curve first reaches a level, interpolated linearly in the logarithm
   * of the samples; empty if it never does.
   *
   * @param samples ascending
   * @param quality mean quality at each, higher is better
   */
  static OptionalDouble needed(List<Integer> samples, List<Double> quality, double level) {
    for (int i = 0; i < samples.size(); i++) {
      if (quality.get(i) >= level) {
        if (i == 0) {
          return OptionalDouble.of(samples.get(0));
        }
        double from = Math.log(samples.get(i - 1));
        double to = Math.log(samples.get(i));
        double below = quality.get(i - 1);
        double share = (level - below) / (quality.get(i) - below);
        return OptionalDouble.of(Math.exp(from + share * (to - from)));
      }
    }
    return OptionalDouble.empty();
  }
}
