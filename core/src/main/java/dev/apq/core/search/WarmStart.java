package dev.apq.core.search;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Policy;
import dev.apq.core.space.SearchSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Policies that a search starts from: the content of {@code warm-start.json}.
 *
 * @param version {@link SearchAnswer#VERSION}
 * @param policies distinct quantized policies
 */
public record WarmStart(
    @JsonProperty(required = true) int version,
    @JsonProperty(required = true) List<Policy> policies) {
  /** Name of the file. */
  public static final String FILE_NAME = "warm-start.json";

  /** A file is refused when larger, in bytes. */
  public static final int MAX_BYTES = 4 << 20;

  /** The most points of a front that are taken over. */
  public static final int MAX_FRONT = 200;

  /** A start from nothing. */
  public static final WarmStart NONE = new WarmStart(SearchAnswer.VERSION, List.of());

  /**
   * @throws IllegalArgumentException if the version is another, there are too many policies, or one
   *     has no bit widths
   */
  public WarmStart {
    if (version != SearchAnswer.VERSION || policies == null) {
      throw new IllegalArgumentException(
          "a warm start needs version " + SearchAnswer.VERSION + " and policies");
    }
    policies = List.copyOf(policies);
    if (policies.size() > MAX_FRONT + SearchOutcome.MAX_CANDIDATES + 1) {
      throw new IllegalArgumentException("a warm start has too many policies");
    }
    if (policies.stream().anyMatch(policy -> policy.quantization() == null)) {
      throw new IllegalArgumentException("the policies of a warm start need bit widths");
    }
  }

  /**
   * What another search found: its answer, its candidates, and its front, of which at most {@value
   * #MAX_FRONT} points evenly spaced by accuracy.
   */
  public static WarmStart of(SearchAnswer answer) {
    Set<Policy> policies = new LinkedHashSet<>();
    policies.add(answer.best().policy());
    answer.candidates().forEach(point -> policies.add(point.policy()));
    thinned(answer.front(), MAX_FRONT).forEach(point -> policies.add(point.policy()));
    return new WarmStart(SearchAnswer.VERSION, List.copyOf(policies));
  }

  /** The points by ascending accuracy; if there are more, so many of them evenly spaced. */
  public static List<SearchAnswer.Point> thinned(List<SearchAnswer.Point> front, int most) {
    List<SearchAnswer.Point> sorted = new ArrayList<>(front);
    sorted.sort(Comparator.comparingDouble(SearchAnswer.Point::accuracy));
    if (sorted.size() <= most) {
      return sorted;
    }
    List<SearchAnswer.Point> kept = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      kept.add(sorted.get((int) ((long) i * (sorted.size() - 1) / (most - 1))));
    }
    return kept;
  }

  /**
   * These policies, all of which are members of the space.
   *
   * @throws IllegalArgumentException naming what is wrong with one that is not
   */
  public WarmStart requireMembers(SearchSpace space) {
    policies.forEach(policy -> policy.requireMember(space));
    return this;
  }

  /** Canonical bytes: equal policies give equal bytes. */
  public byte[] bytes() {
    return Json.bytes(this);
  }

  /** {@code sha256:<hex>} of {@link #bytes()}. */
  public String digest() {
    return Digests.sha256(bytes());
  }
}
