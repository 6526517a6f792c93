package dev.apq.core.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.cost.LayerCost;
import dev.apq.core.cost.Metric;
import dev.apq.core.cost.MissingMeasurementException;
import dev.apq.core.policy.Policy;
import dev.apq.core.predictor.Predictor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code result.json}: deterministic, without times.
 *
 * @param contractVersion version of this format
 * @param inputDigest what the answer was computed from; see {@link SearchInputs#digest()}
 * @param evaluations policies whose accuracy was predicted
 * @param best the most accurate policy within the limits
 * @param candidates the policies most worth measuring, the best one first; see {@link
 *     SearchOutcome.Feasible#candidates()}
 * @param front policies of which none is at least as good in accuracy and every objective
 */
public record SearchAnswer(
    @JsonProperty(required = true) int contractVersion,
    @JsonProperty(required = true) String inputDigest,
    @JsonProperty(required = true) long evaluations,
    @JsonProperty(required = true) Point best,
    @JsonProperty(required = true) List<Point> candidates,
    @JsonProperty(required = true) List<Point> front) {
  /** Name of the file. */
  public static final String FILE_NAME = "result.json";

  /** Version of this format, and of the method: raised when the same inputs answer differently. */
  public static final int VERSION = 2;

  /** A result is refused when larger, in bytes. */
  public static final int MAX_BYTES = 8 << 20;

  /**
   * @throws IllegalArgumentException if a part is missing or the version is another
   */
  public SearchAnswer {
    if (contractVersion != VERSION
        || inputDigest == null
        || best == null
        || candidates == null
        || front == null) {
      throw new IllegalArgumentException(
          "a result needs version "
              + VERSION
              + ", inputDigest, evaluations, best, candidates and front");
    }
    candidates = List.copyOf(candidates);
    front = List.copyOf(front);
  }

  /** The answer that a search found, with every cost that the device can tell. */
  public static SearchAnswer of(
      SearchProblem problem, SearchOutcome.Feasible found, String inputDigest) {
    return new SearchAnswer(
        VERSION,
        inputDigest,
        found.evaluations(),
        point(problem, found.best()),
        found.candidates().stream().map(candidate -> point(problem, candidate)).toList(),
        found.front().stream().map(candidate -> point(problem, candidate)).toList());
  }

  private static Point point(SearchProblem problem, Candidate candidate) {
    Map<String, Double> costs = new TreeMap<>();
    try {
      LayerCost all = problem.costs().cost(candidate.policy());
      for (Metric metric : Metric.values()) {
        costs.put(metric.displayName(), metric.value(all));
      }
      costs.values().removeIf(value -> !Double.isFinite(value));
    } catch (MissingMeasurementException e) {
      // The device was not measured for this network; what was limited or traded is known.
      costs.clear();
    }
    candidate.costs().forEach((metric, value) -> costs.put(metric.displayName(), value));
    Predictor predictor = problem.predictor();
    Policy policy = candidate.policy();
    Double spread = predictor.members() == 1 ? null : predictor.spread(policy);
    return new Point(candidate.accuracy(), spread, costs, policy.digest(), policy);
  }

  /**
   * A policy with what is known of it.
   *
   * @param accuracy predicted accuracy, 0..1
   * @param accuracySpread standard deviation of the predictions of an ensemble's networks; null
   *     without an ensemble
   * @param costs cost by metric name, in the metric's unit
   * @param digest digest of the policy's canonical JSON
   * @param policy the policy
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Point(
      @JsonProperty(required = true) double accuracy,
      @Nullable Double accuracySpread,
      @JsonProperty(required = true) Map<String, Double> costs,
      @JsonProperty(required = true) String digest,
      @JsonProperty(required = true) Policy policy) {

    /**
     * @throws IllegalArgumentException if a part is missing
     */
    public Point {
      if (costs == null || digest == null || policy == null) {
        throw new IllegalArgumentException("a point needs costs, digest and policy");
      }
      costs = Collections.unmodifiableSortedMap(new TreeMap<>(costs));
    }
  }
}
