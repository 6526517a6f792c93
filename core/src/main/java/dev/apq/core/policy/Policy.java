package dev.apq.core.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.space.SearchSpace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One network of a search space together with its bit widths.
 *
 * @param architecture depths, kernel sizes and widths
 * @param quantization bit widths, or null for full precision
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Policy(Architecture architecture, @Nullable Quantization quantization) {

  /**
   * @throws IllegalArgumentException if the architecture is missing
   */
  public Policy {
    if (architecture == null) {
      throw new IllegalArgumentException("a policy needs an architecture");
    }
  }

  /** Everything that makes this policy no member of the space; empty for a member. */
  public List<String> problems(SearchSpace space) {
    return PolicyRules.problems(space, this);
  }

  /**
   * This policy if it is a member of the space.
   *
   * @throws IllegalArgumentException naming every problem otherwise
   */
  public Policy requireMember(SearchSpace space) {
    List<String> problems = problems(space);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "no policy of search space '" + space.name() + "': " + String.join("; ", problems));
    }
    return this;
  }

  /** Compact JSON with fixed field order: equal policies give equal bytes. */
  public byte[] canonicalJson() {
    return Json.bytes(this);
  }

  /** {@code sha256:<hex>} of {@link #canonicalJson()}. */
  public String digest() {
    return Digests.sha256(canonicalJson());
  }
}
