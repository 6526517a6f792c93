package dev.apq.core.search;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareModel;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.space.SearchSpace;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the answer of a search depends on: the content of {@code inputs.json}. Predictor
 * and device are files beside it or elsewhere, pinned by their digests.
 *
 * @param version {@link SearchAnswer#VERSION}
 * @param space the networks to choose from
 * @param predictor digest of the quantization-aware predictor's weights
 * @param limits by metric, in the order of the metrics
 * @param objectives costs of the front
 * @param hardware digest of the device's description
 * @param layers which layers count towards latency and energy
 * @param settings how the search runs
 * @param warmStart digest of the policies that the search starts from; null if it starts from
 *     nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchInputs(
    @JsonProperty(required = true) int version,
    @JsonProperty(required = true) SearchSpace space,
    @JsonProperty(required = true) String predictor,
    @JsonProperty(required = true) List<Constraint> limits,
    @JsonProperty(required = true) List<Metric> objectives,
    @JsonProperty(required = true) String hardware,
    @JsonProperty(required = true) LayerSet layers,
    @JsonProperty(required = true) SearchSettings settings,
    @Nullable String warmStart) {
  /** Name of the file. */
  public static final String FILE_NAME = "inputs.json";

  /** Name of the file beside it that describes the device; see {@link HardwareModel#read}. */
  public static final String HARDWARE_FILE_NAME = "hardware.json";

  /** A file is refused when larger, in bytes. */
  public static final int MAX_BYTES = 8 << 20;

  /**
   * @throws IllegalArgumentException if a part is missing or the version is another
   */
  public SearchInputs {
    if (version != SearchAnswer.VERSION
        || space == null
        || predictor == null
        || hardware == null
        || layers == null
        || settings == null) {
      throw new IllegalArgumentException(
          "search inputs need version "
              + SearchAnswer.VERSION
              + ", space, predictor, hardware, layers and settings");
    }
    limits = limits.stream().sorted(Comparator.comparing(Constraint::metric)).toList();
    objectives = List.copyOf(objectives);
  }

  /** The same search from these policies. */
  public SearchInputs startingFrom(WarmStart start) {
    return new SearchInputs(
        version,
        space,
        predictor,
        limits,
        objectives,
        hardware,
        layers,
        settings,
        start.policies().isEmpty() ? null : start.digest());
  }

  /** Canonical bytes: equal inputs give equal bytes. */
  public byte[] bytes() {
    return Json.bytes(this);
  }

  /** {@code sha256:<hex>} of {@link #bytes()}. */
  public String digest() {
    return Digests.sha256(bytes());
  }

  /**
   * The problem, with the predictor and the device that the digests stand for.
   *
   * @throws IllegalArgumentException if they do not fit the space
   */
  public SearchProblem problem(Predictor weights, HardwareModel device) {
    return new SearchProblem(weights, new CostModel(space, device, layers), limits, objectives);
  }
}
