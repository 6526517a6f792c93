package dev.apq.operator.status;

import dev.apq.api.v1alpha1.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the conditions of a status. A condition keeps its transition time while its status stays
 * the same.
 */
public final class Conditions {
  /** Whether the resource has done what it was asked to; its reason is the STATE column. */
  public static final String SUCCEEDED = "Succeeded";

  /** Whether work is under way or due. */
  public static final String RECONCILING = "Reconciling";

  /** Whether work cannot go on without help. */
  public static final String STALLED = "Stalled";

  /** Whether the user stopped the work. */
  public static final String SUSPENDED = "Suspended";

  /** Whether the supernet and its predictor can be trusted. */
  public static final String HEALTHY = "Healthy";

  private static final int MAX_MESSAGE = 2000;

  private final List<Condition> previous;
  private final long generation;
  private final Instant now;
  private final List<Condition> conditions = new ArrayList<>();

  /** Conditions that succeed {@code previous}, about one generation of the specification. */
  public Conditions(List<Condition> previous, long generation, Instant now) {
    this.previous = List.copyOf(previous);
    this.generation = generation;
    this.now = now;
  }

  /** Everything is done. */
  public Conditions completed(String message) {
    return set(SUCCEEDED, "True", Reasons.COMPLETED, message)
        .set(RECONCILING, "False", Reasons.COMPLETED, "")
        .set(STALLED, "False", Reasons.COMPLETED, "")
        .set(SUSPENDED, "False", Reasons.COMPLETED, "");
  }

  /** Work is under way or due. */
  public Conditions running(String reason, String message) {
    return set(SUCCEEDED, "Unknown", reason, message)
        .set(RECONCILING, "True", reason, message)
        .set(STALLED, "False", reason, "")
        .set(SUSPENDED, "False", reason, "");
  }

  /** The user stopped the work; still reconciling, because what was asked is not done. */
  public Conditions suspended(String message) {
    return set(SUCCEEDED, "Unknown", Reasons.SUSPENDED, message)
        .set(RECONCILING, "True", Reasons.SUSPENDED, message)
        .set(STALLED, "False", Reasons.SUSPENDED, "")
        .set(SUSPENDED, "True", Reasons.SUSPENDED, message);
  }

  /** Work cannot go on without help. */
  public Conditions stalled(String reason, String message, String remedy) {
    String full = remedy.isEmpty() ? message : message + ". Remedy: " + remedy;
    return set(SUCCEEDED, "False", reason, full)
        .set(RECONCILING, "False", reason, "")
        .set(STALLED, "True", reason, full)
        .set(SUSPENDED, "False", reason, "");
  }

  /** One more condition. */
  public Conditions set(String type, String status, String reason, String message) {
    String text =
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    String since =
        find(previous, type)
            .filter(before -> before.status().equals(status))
            .map(Condition::lastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    conditions.removeIf(condition -> condition.type().equals(type));
    conditions.add(new Condition(type, status, reason, text, generation, since));
    return this;
  }

  /** The finished list. */
  public List<Condition> list() {
    return List.copyOf(conditions);
  }

  /** The condition of a type. */
  public static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }
}
