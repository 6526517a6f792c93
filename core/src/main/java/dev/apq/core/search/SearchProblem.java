package dev.apq.core.search;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.space.SearchSpace;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What to search for: the policies of highest predicted accuracy within limits and, if objectives
 * are given, the whole front of accuracy against these costs.
 *
 * @param predictor a quantization-aware predictor of the space
 * @param costs prices the space's members on the target
 * @param constraints limits, at most one per metric; all hold at once
 * @param objectives costs to trade against accuracy; empty for the single most accurate policy
 */
public record SearchProblem(
    Predictor predictor, CostModel costs, List<Constraint> constraints, List<Metric> objectives) {

  /**
   * @throws IllegalArgumentException if predictor and costs are of different spaces, the predictor
   *     reads no bit widths, or a metric occurs twice
   */
  public SearchProblem {
    constraints = List.copyOf(constraints);
    objectives = List.copyOf(objectives);
    if (!predictor.quantized()) {
      throw new IllegalArgumentException(
          "the search needs the quantization-aware predictor, this one reads no bit widths");
    }
    if (!predictor.encoding().space().equals(costs.space())) {
      throw new IllegalArgumentException(
          "predictor and costs are of different search spaces: '"
              + predictor.encoding().space().name()
              + "' and '"
              + costs.space().name()
              + "'");
    }
    Set<Metric> limited = EnumSet.noneOf(Metric.class);
    for (Constraint constraint : constraints) {
      if (!limited.add(constraint.metric())) {
        throw new IllegalArgumentException(
            "two constraints on " + constraint.metric().displayName() + "; keep the tighter one");
      }
    }
    Set<Metric> traded = EnumSet.noneOf(Metric.class);
    for (Metric objective : objectives) {
      if (!traded.add(objective)) {
        throw new IllegalArgumentException(
            "objective " + objective.displayName() + " is given twice");
      }
    }
  }

  /** The searched space. */
  public SearchSpace space() {
    return costs.space();
  }

  /** The predictor's encoding. */
  public Encoding encoding() {
    return predictor.encoding();
  }

  /** Metrics that are limited or traded: the limited ones first. */
  public List<Metric> metrics() {
    List<Metric> metrics = new ArrayList<>();
    constraints.forEach(constraint -> metrics.add(constraint.metric()));
    objectives.stream().filter(objective -> !metrics.contains(objective)).forEach(metrics::add);
    return List.copyOf(metrics);
  }

  /** Identity of the space and the question; predictor and device are the caller's to pin. */
  String digest() {
    return Digests.sha256(Json.bytes(List.of(space(), constraints, objectives, costs.layerSet())));
  }
}
