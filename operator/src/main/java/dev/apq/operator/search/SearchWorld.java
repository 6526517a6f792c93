package dev.apq.operator.search;

import org.jspecify.annotations.Nullable;

/**
 * Everything a decision about an ApqSearch depends on besides its specification.
 *
 * @param supernet the SupernetTraining it refers to
 * @param plan the resolved search, once the supernet is ready and nothing is wrong
 * @param problem why the search cannot be resolved
 * @param state where the search of this plan stands
 * @param verification where the verification of the answer stands
 * @param published whether the results ConfigMap holds all that is known of this answer
 */
public record SearchWorld(
    Supernet supernet,
    @Nullable SearchPlan plan,
    @Nullable Problem problem,
    SearchState state,
    Verification verification,
    boolean published) {

  /**
   * Why a search cannot be resolved.
   *
   * @param reason for machines
   * @param message what is wrong
   * @param remedy what to do about it; empty if nothing need be done
   * @param passes whether it may pass without a change of this search
   */
  public record Problem(String reason, String message, String remedy, boolean passes) {

    /** What people should read while it may pass. */
    String text() {
      return remedy.isEmpty() ? message : message + ". Remedy: " + remedy;
    }
  }
}
