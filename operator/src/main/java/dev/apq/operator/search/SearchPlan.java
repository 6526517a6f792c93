package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.api.v1alpha1.Constraint;
import dev.apq.api.v1alpha1.EvolutionSource;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.space.SearchSpace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A search resolved to everything its answer depends on.
 *
 * @param space the networks to choose from
 * @param predictor weights of the quantization-aware predictor
 * @param predictorDigest their digest, as sealed
 * @param limits upper limit by metric, in the metric's unit
 * @param objectives costs of the front
 * @param hardware the device
 * @param layers which layers count towards latency and energy
 * @param evolution settings of the search
 * @param inputDigest digest over all of the above
 */
public record SearchPlan(
    SearchSpace space,
    Path predictor,
    String predictorDigest,
    SortedMap<Metric, Double> limits,
    List<Metric> objectives,
    Hardware hardware,
    LayerSet layers,
    EvolutionSource evolution,
    String inputDigest) {
  private static final int RUN_ID_LENGTH = 16;

  /** Resolves a specification against a ready predictor and a known device. */
  public static SearchPlan of(
      ApqSearchSpec spec,
      SearchSpace space,
      Path predictor,
      String predictorDigest,
      Hardware hardware) {
    SortedMap<Metric, Double> limits = new TreeMap<>();
    for (Constraint constraint : spec.constraints()) {
      limits.put(metric(constraint.metric()), Double.valueOf(constraint.max()));
    }
    List<Metric> objectives = new ArrayList<>();
    spec.objectives().forEach(objective -> objectives.add(metric(objective)));
    LayerSet layers = LayerSet.valueOf(spec.hardware().layers().name());
    // Canonical text of all inputs: a map of the names to what Json writes the same everywhere.
    byte[] inputs =
        Json.bytes(
            new TreeMap<>(
                Map.of(
                    "version",
                    SearchAnswer.VERSION,
                    "space",
                    space,
                    "predictor",
                    predictorDigest,
                    "limits",
                    spec.constraints().stream()
                        .map(c -> c.metric() + "<=" + c.max())
                        .sorted()
                        .toList(),
                    "objectives",
                    objectives,
                    "hardware",
                    hardware.digest(),
                    "layers",
                    layers,
                    "evolution",
                    spec.evolution())));
    return new SearchPlan(
        space,
        predictor,
        predictorDigest,
        limits,
        List.copyOf(objectives),
        hardware,
        layers,
        spec.evolution(),
        Digests.sha256(inputs));
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
