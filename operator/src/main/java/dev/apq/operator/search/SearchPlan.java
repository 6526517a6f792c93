package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.api.v1alpha1.EvolutionSource;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.search.Constraint;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.SearchInputs;
import dev.apq.core.search.SearchSettings;
import dev.apq.core.search.WarmStart;
import dev.apq.core.space.SearchSpace;
import java.nio.file.Path;

/**
 * A search resolved to everything its answer depends on.
 *
 * @param inputs everything, with the predictor and the device by their digests
 * @param predictor weights of the quantization-aware predictor
 * @param hardware the device
 * @param start policies to start from
 * @param inputDigest digest of the inputs
 */
public record SearchPlan(
    SearchInputs inputs, Path predictor, Hardware hardware, WarmStart start, String inputDigest) {
  private static final int RUN_ID_LENGTH = 16;

  /** Resolves a specification against a ready predictor and a known device. */
  public static SearchPlan of(
      ApqSearchSpec spec,
      SearchSpace space,
      Path predictor,
      String predictorDigest,
      Hardware hardware) {
    SearchInputs inputs =
        new SearchInputs(
            SearchAnswer.VERSION,
            space,
            predictorDigest,
            spec.constraints().stream()
                .map(c -> new Constraint(metric(c.metric()), Double.parseDouble(c.max())))
                .toList(),
            spec.objectives().stream().map(SearchPlan::metric).toList(),
            hardware.digest(),
            LayerSet.valueOf(spec.hardware().layers().name()),
            settings(spec.evolution()),
            null);
    return new SearchPlan(inputs, predictor, hardware, WarmStart.NONE, inputs.digest());
  }

  /** The same search from these policies. */
  SearchPlan startingFrom(WarmStart policies) {
    SearchInputs started = inputs.startingFrom(policies);
    return new SearchPlan(started, predictor, hardware, policies, started.digest());
  }

  private static SearchSettings settings(EvolutionSource evolution) {
    return new SearchSettings(
        evolution.populationSize(),
        evolution.generations(),
        Double.parseDouble(evolution.mutationRate()),
        Double.parseDouble(evolution.crossoverRate()),
        evolution.seed(),
        true);
  }

  /** Prices the space's members on the device. */
  CostModel costs() {
    return new CostModel(inputs.space(), hardware.model(), inputs.layers());
  }

  /** The searched space. */
  public SearchSpace space() {
    return inputs.space();
  }

  /** Generations in all. */
  public int generations() {
    return inputs.settings().generations();
  }

  /** Names the search's folder: a resource applied again finds its answer. */
  public String runId() {
    return inputDigest.substring("sha256:".length()).substring(0, RUN_ID_LENGTH);
  }

  /** The method's metric for the API's. */
  static Metric metric(dev.apq.api.v1alpha1.Metric metric) {
    return Metric.valueOf(metric.name());
  }
}
