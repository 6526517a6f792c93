package dev.apq.core.search;

import org.jspecify.annotations.Nullable;

/**
 * How far a search is.
 *
 * @param generation generations done
 * @param generations generations in all
 * @param evaluations policies scored so far
 * @param best the most accurate policy so far that keeps every limit, or null if there is none yet
 */
public record SearchProgress(
    int generation, int generations, long evaluations, @Nullable Candidate best) {

  /** Share of the work that is done, 0..1. */
  public double fraction() {
    return generations == 0 ? 1 : (double) generation / generations;
  }
}
