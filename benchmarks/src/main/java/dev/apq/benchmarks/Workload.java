package dev.apq.benchmarks;

import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.search.Constraint;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What every measurement works on: the paper's space, a predictor of the paper's size and the
 * BitFusion cost model with the layers that the published search counts.
 *
 * @param predictor scores policies
 * @param costs prices them
 */
record Workload(Predictor predictor, CostModel costs) {
  /** Evaluations of the published search. */
  static final int EVALUATIONS = 50_200;

  static Workload load(Path weights) throws IOException {
    SearchSpace space = Presets.named("apq-imagenet").orElseThrow();
    Predictor predictor = Predictor.load(weights, new Encoding(space));
    HardwareProfile profile = HardwareProfile.bitfusion();
    return new Workload(
        predictor, new CostModel(space, new BitFusion(profile), LayerSet.PAPER_COMPATIBLE));
  }

  /** The most accurate policy within a latency limit in ms. */
  SearchProblem within(double latencyMs) {
    return new SearchProblem(
        predictor, costs, List.of(new Constraint(Metric.LATENCY, latencyMs)), List.of());
  }

  /** The front of accuracy against latency. */
  SearchProblem front() {
    return new SearchProblem(predictor, costs, List.of(), List.of(Metric.LATENCY));
  }
}
