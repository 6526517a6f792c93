package dev.apq.core.search;

import dev.apq.core.cost.Metric;

/**
 * An upper limit on a cost.
 *
 * @param metric what is limited
 * @param max greatest allowed value, in {@link Metric#unit()}
 */
public record Constraint(Metric metric, double max) {
  // A limit that is exactly some policy's cost must not fail by the order of a summation.
  private static final double ROUNDING = 1e-12;

  /**
   * @throws IllegalArgumentException if the metric is missing or the limit not positive and finite
   */
  public Constraint {
    if (metric == null) {
      throw new IllegalArgumentException("a constraint needs a metric");
    }
    if (!(max > 0) || Double.isInfinite(max)) {
      throw new IllegalArgumentException(
          "constraint on " + metric.displayName() + ": max must be positive, was " + max);
    }
  }

  /** Whether a cost, in the metric's unit, keeps the limit. */
  public boolean allows(double value) {
    return value <= max * (1 + ROUNDING);
  }

  /** How far a cost exceeds the limit, relative to it; 0 if it keeps it. */
  double excess(double value) {
    return allows(value) ? 0 : value / max - 1;
  }
}
