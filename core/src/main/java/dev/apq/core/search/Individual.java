package dev.apq.core.search;

import org.jspecify.annotations.Nullable;

/** A scored genome. The arrays are never changed after scoring. */
final class Individual {
  final int[] genes;
  final long fingerprint;
  final double[] costs;
  final double violation;
  final float accuracy;

  /** Effect of each feature on the accuracy, where it was computed. */
  float @Nullable [] gradient;

  /** Front number and crowding distance, set by {@link Ranking}. */
  int front;

  double crowding;

  Individual(int[] genes, long fingerprint, double[] costs, double violation, float accuracy) {
    this.genes = genes;
    this.fingerprint = fingerprint;
    this.costs = costs;
    this.violation = violation;
    this.accuracy = accuracy;
  }
}
