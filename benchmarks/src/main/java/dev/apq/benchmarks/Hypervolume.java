package dev.apq.benchmarks;

import dev.apq.core.cost.Metric;
import dev.apq.core.search.Candidate;
import java.util.Comparator;
import java.util.List;

/** Quality of a front of accuracy against latency: the area it dominates. */
final class Hypervolume {
  /** The reference point: accuracy 0 at this latency. */
  static final double LATENCY_MS = 20;

  private Hypervolume() {}

  /** Area in accuracy times ms. */
  static double of(List<Candidate> front) {
    List<Candidate> byLatency =
        front.stream().sorted(Comparator.comparingDouble(Hypervolume::latency)).toList();
    double area = 0;
    double accuracy = 0;
    double from = 0;
    for (Candidate candidate : byLatency) {
      if (latency(candidate) < LATENCY_MS && candidate.accuracy() > accuracy) {
        area += accuracy * (latency(candidate) - from);
        accuracy = candidate.accuracy();
        from = latency(candidate);
      }
    }
    return area + accuracy * (LATENCY_MS - from);
  }

  private static double latency(Candidate candidate) {
    Double latency = candidate.costs().get(Metric.LATENCY);
    if (latency == null) {
      throw new IllegalArgumentException("the front was not traded against latency");
    }
    return latency;
  }
}
