package dev.apq.operator.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.policy.Policy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code result.json}: deterministic, without times.
 *
 * @param contractVersion version of this format
 * @param inputDigest what the answer was computed from
 * @param evaluations policies whose accuracy was predicted
 * @param best the most accurate policy within the limits
 * @param front policies of which none is at least as good in accuracy and every objective
 */
public record SearchAnswer(
    @JsonProperty(required = true) int contractVersion,
    @JsonProperty(required = true) String inputDigest,
    @JsonProperty(required = true) long evaluations,
    @JsonProperty(required = true) Point best,
    @JsonProperty(required = true) List<Point> front) {
  /** Version of this format. */
  static final int VERSION = 1;

  /** A result is refused when larger, in bytes. */
  static final int MAX_BYTES = 8 << 20;

  /**
   * @throws IllegalArgumentException if a part is missing or the version is another
   */
  public SearchAnswer {
    if (contractVersion != VERSION || inputDigest == null || best == null || front == null) {
      throw new IllegalArgumentException("a result needs version, inputDigest, best and front");
    }
    front = List.copyOf(front);
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
      costs = java.util.Collections.unmodifiableSortedMap(new java.util.TreeMap<>(costs));
    }
  }
}
