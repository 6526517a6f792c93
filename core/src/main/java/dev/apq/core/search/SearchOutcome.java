package dev.apq.core.search;

import java.util.List;
import java.util.Locale;

/** How a search ended. */
public sealed interface SearchOutcome {

  /**
   * Policies within all limits were found.
   *
   * @param best the most accurate one
   * @param front with objectives: the policies that no other beats in accuracy and every objective,
   *     by ascending first objective; without: the best alone
   * @param candidates the policies most worth measuring, at most {@value #MAX_CANDIDATES}: the best
   *     one and then the most accurate of other architectures, followed, if these are too few, by
   *     other bit widths of the same architectures
   * @param evaluations policies scored
   * @param generations generations run
   */
  record Feasible(
      Candidate best,
      List<Candidate> front,
      List<Candidate> candidates,
      long evaluations,
      int generations)
      implements SearchOutcome {}

  /** The most policies offered for measuring. */
  int MAX_CANDIDATES = 16;

  /**
   * No policy of the space keeps all limits.
   *
   * @param shortfalls the limits that fail, with the nearest value that can be reached
   * @param nearest the policy found nearest to keeping all limits
   */
  record Infeasible(List<Shortfall> shortfalls, Candidate nearest) implements SearchOutcome {

    /** What fails and what to do, for people. */
    public String message() {
      StringBuilder text = new StringBuilder("No policy keeps the limits: ");
      for (Shortfall shortfall : shortfalls) {
        text.append(shortfall.message()).append("; ");
      }
      return text.append("raise them at least that far, or use a wider search space").toString();
    }
  }

  /**
   * The listener stopped the search.
   *
   * @param checkpoint where to continue
   */
  record Stopped(Checkpoint checkpoint) implements SearchOutcome {}

  /**
   * A limit that cannot be kept.
   *
   * @param constraint the limit
   * @param nearestFeasible the least value that can be reached: the exact minimum of the space if
   *     the limit fails by itself, else what the nearest policy found has
   * @param alone whether the limit fails by itself, not only together with the others
   */
  record Shortfall(Constraint constraint, double nearestFeasible, boolean alone) {

    /** One clause for people. */
    public String message() {
      return String.format(
          Locale.ROOT,
          "%s at most %s %s, but %s is %.6g",
          constraint.metric().displayName(),
          constraint.max(),
          constraint.metric().unit(),
          alone ? "the least possible" : "the nearest found under all limits together",
          nearestFeasible);
    }
  }
}
