package dev.apq.core.search;

import org.jspecify.annotations.Nullable;

/** Runs a search from start to end on the calling thread. */
public final class Search {
  private Search() {}

  /**
   * Runs or continues a search; see {@link SearchRun} for doing so in steps.
   *
   * @param problem what to search for
   * @param settings how
   * @param resumeFrom where to continue, or null to start
   * @param listener told about each generation, and able to stop the search
   */
  public static SearchOutcome run(
      SearchProblem problem,
      SearchSettings settings,
      @Nullable Checkpoint resumeFrom,
      SearchListener listener) {
    SearchRun run =
        resumeFrom == null
            ? new SearchRun(problem, settings)
            : SearchRun.resume(problem, settings, resumeFrom);
    while (!run.done()) {
      run.step();
      if (!listener.onGeneration(run.progress()) && !run.done()) {
        return new SearchOutcome.Stopped(run.checkpoint());
      }
    }
    return run.outcome();
  }
}
