package dev.apq.kubectl.result;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.policy.Policy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@code result.json} that this plugin knows. A newer operator may write more.
 *
 * @param evaluations policies whose accuracy was predicted
 * @param best the most accurate policy within the limits, as predicted
 * @param candidates the policies that were most worth measuring, if the search knows them
 * @param front policies of which none is at least as good in accuracy and every objective
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record SearchDocument(
    @JsonProperty(required = true) long evaluations,
    @JsonProperty(required = true) Point best,
    @Nullable List<Point> candidates,
    @JsonProperty(required = true) List<Point> front) {

  /** A document is refused when larger, in bytes; a ConfigMap holds no more. */
  static final int MAX_BYTES = 1 << 20;

  /** A policy with what is known of it. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Point(
      @JsonProperty(required = true) double accuracy,
      @JsonProperty(required = true) Map<String, Double> costs,
      @JsonProperty(required = true) String digest,
      @JsonProperty(required = true) Policy policy) {}
}
