package dev.apq.kubectl.result;

import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import java.util.Map;

/**
 * A policy of a search's result.
 *
 * @param index position in the published front, by ascending accuracy, from 0; -1 for a policy that
 *     is not on it
 * @param accuracy predicted accuracy, 0..1
 * @param costs cost by metric name, in the metric's unit
 * @param digest digest of the policy, as verified
 * @param policy the policy
 * @param best whether it is the answer, {@code status.best}
 */
public record FrontPoint(
    int index,
    double accuracy,
    Map<String, Double> costs,
    String digest,
    Policy policy,
    boolean best) {

  /** Copies the costs. */
  public FrontPoint {
    costs = Map.copyOf(costs);
  }

  /** A cost in the metric's unit; NaN if it is not known. */
  public double cost(Metric metric) {
    return costs.getOrDefault(metric.displayName(), Double.NaN);
  }

  /** The first digits of the digest, enough to tell the points of a front apart. */
  public String shortDigest() {
    String hex = digest.substring(digest.indexOf(':') + 1);
    return hex.substring(0, Math.min(12, hex.length()));
  }
}
