package dev.apq.operator.status;

import dev.apq.api.v1alpha1.Condition;
import dev.apq.core.artifact.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a status says while the artifact store is away, and nothing about a resource is known. */
public final class StoreOutage {
  /** When to look again. */
  public static final Duration REVISIT = Duration.ofSeconds(15);

  private StoreOutage() {}

  /**
   * The conditions to write, or empty if those before stay true: what is finished stays finished.
   *
   * @param before conditions of the last status
   * @param generation of the resource
   */
  public static Optional<List<Condition>> conditions(
      List<Condition> before, long generation, StoreUnavailableException outage, Instant now) {
    boolean finished =
        Conditions.find(before, Conditions.SUCCEEDED)
            .map(condition -> !condition.status().equals("Unknown"))
            .orElse(false);
    if (finished) {
      return Optional.empty();
    }
    Conditions conditions = new Conditions(before, generation, now);
    Conditions.find(before, Conditions.HEALTHY)
        .ifPresent(
            healthy ->
                conditions.set(
                    Conditions.HEALTHY, healthy.status(), healthy.reason(), healthy.message()));
    conditions.running(
        Reasons.STORE_UNAVAILABLE,
        "The artifact store is away: " + outage.getMessage() + ". Remedy: " + outage.remedy());
    return Optional.of(conditions.list());
  }
}
