package dev.apq.study.search;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.search.Candidate;
import dev.apq.core.search.Constraint;
import dev.apq.core.search.Search;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchSettings;
import dev.apq.core.space.SearchSpace;
import dev.apq.study.search.SearchPlan.HandDown;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The searches for one target: all choices at once, or the chain of choosing the architecture at 8
 * bit, then pruning its widths at 8 bit, then choosing bit widths. Every step is the same
 * evolutionary search, over predictors of the same samples, on the BitFusion latency model.
 */
final class TargetSearch {
  private static final int CHAIN_BITS = 8;

  private final Encoding encoding;
  private final SearchSettings settings;
  private final BitFusion hardware = new BitFusion(HardwareProfile.bitfusion());
  private final CostModel costs;

  TargetSearch(SearchSpace space, SearchPlan plan) {
    this.encoding = new Encoding(space);
    this.settings = SearchSettings.DEFAULTS.withBudget(plan.populationSize(), plan.generations());
    this.costs = new CostModel(space, hardware, LayerSet.COMPLETE);
  }

  /** Prices of the whole space. */
  CostModel costs() {
    return costs;
  }

  /**
   * All choices at once.
   *
   * @param weights of a quantization-aware predictor
   * @param limit latency in ms
   */
  Optional<Policy> joint(Map<String, FloatTensor> weights, double limit, long seed) {
    return best(encoding, costs, weights, limit, seed);
  }

  /**
   * The chain.
   *
   * @param fullPrecision predictor that ignores bits, for the first two steps
   * @param quantized predictor that reads bits, for the last step
   * @param limit latency in ms of the final network
   * @return empty if a step has no network within its limit
   */
  Optional<Policy> chain(
      Map<String, FloatTensor> fullPrecision,
      Map<String, FloatTensor> quantized,
      double limit,
      HandDown handDown,
      long seed) {
    Subspace architectures = Subspace.architectures(encoding, CHAIN_BITS);
    return best(architectures, fullPrecision, limit * handDown.architectureFactor(), seed)
        .map(Policy::architecture)
        .flatMap(chosen -> prune(chosen, fullPrecision, limit * handDown.pruningFactor(), seed))
        .flatMap(pruned -> best(Subspace.bits(encoding, pruned), quantized, limit, seed));
  }

  private Optional<Architecture> prune(
      Architecture architecture, Map<String, FloatTensor> weights, double limit, long seed) {
    return best(Subspace.widths(encoding, architecture, CHAIN_BITS), weights, limit, seed)
        .map(Policy::architecture);
  }

  private Optional<Policy> best(
      Subspace part, Map<String, FloatTensor> weights, double limit, long seed) {
    CostModel partCosts = new CostModel(part.space(), hardware, LayerSet.COMPLETE);
    return best(part.encoding(), partCosts, part.cut(weights), limit, seed).map(part::inWhole);
  }

  private Optional<Policy> best(
      Encoding space, CostModel prices, Map<String, FloatTensor> weights, double limit, long seed) {
    try {
      SearchProblem problem =
          new SearchProblem(
              Predictor.of(weights, space),
              prices,
              List.of(new Constraint(Metric.LATENCY, limit)),
              List.of());
      SearchOutcome outcome = Search.run(problem, settings.withSeed(seed), null, progress -> true);
      return outcome instanceof SearchOutcome.Feasible feasible
          ? Optional.of(feasible.best()).map(Candidate::policy)
          : Optional.empty();
    } catch (InvalidArtifactException e) {
      throw new IllegalStateException("a predictor just fitted is malformed", e);
    }
  }
}
