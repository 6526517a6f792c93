package dev.apq.worker.supernet;

import java.util.List;
import java.util.Map;

/**
 * What a {@link HealthCheck} found: the content of {@code health.json}.
 *
 * @param images validation images behind every accuracy
 * @param largest accuracy of the largest subnet, 0..1
 * @param smallest accuracy of the smallest subnet, 0..1
 * @param random accuracies of random subnets, spread over the range of MACs
 * @param effects per dimension, the mean gain in accuracy from its least to its greatest option
 *     with all else equal
 * @param problems why subnets of this supernet should not be ranked; empty if healthy
 */
public record Health(
    int images,
    double largest,
    double smallest,
    List<Double> random,
    Map<String, Double> effects,
    List<String> problems) {

  /** Whether no problem was found. */
  public boolean healthy() {
    return problems.isEmpty();
  }

  /** Least accuracy of the random subnets. */
  public double randomMin() {
    return random.stream().mapToDouble(a -> a).min().orElseThrow();
  }

  /** Greatest accuracy of the random subnets. */
  public double randomMax() {
    return random.stream().mapToDouble(a -> a).max().orElseThrow();
  }

  /** Mean accuracy of the random subnets. */
  public double randomMean() {
    return random.stream().mapToDouble(a -> a).average().orElseThrow();
  }
}
