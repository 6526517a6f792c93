package dev.apq.benchmarks;

import dev.apq.core.search.Candidate;
import dev.apq.core.search.Search;
import dev.apq.core.search.SearchListener;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchRun;
import dev.apq.core.search.SearchSettings;
import java.util.List;

/** Whole searches and what they cost. */
final class Searches {
  private Searches() {}

  /** The default search with as many evaluations as the published one, polish included. */
  static SearchSettings settings(long seed) {
    SearchSettings defaults = SearchSettings.DEFAULTS;
    int population = defaults.populationSize();
    int generations = (Workload.EVALUATIONS - SearchRun.POLISH_EVALUATIONS) / population - 1;
    return defaults.withBudget(population, generations).withSeed(seed);
  }

  /**
   * A finished search.
   *
   * @param best highest predicted accuracy within the limits
   * @param hypervolume of the front, reference point accuracy 0 and {@link Hypervolume#LATENCY_MS}
   * @param evaluations predictor evaluations
   * @param cpuSeconds CPU time of the process meanwhile
   */
  record Result(double best, double hypervolume, long evaluations, double cpuSeconds) {}

  static Result run(SearchProblem problem, SearchSettings settings) {
    double start = CpuClock.processSeconds();
    SearchOutcome outcome = Search.run(problem, settings, null, SearchListener.SILENT);
    double seconds = CpuClock.processSeconds() - start;
    if (!(outcome instanceof SearchOutcome.Feasible feasible)) {
      throw new IllegalStateException("no policy keeps the limits: " + outcome);
    }
    List<Candidate> front = feasible.front();
    double hypervolume = problem.objectives().isEmpty() ? 0 : Hypervolume.of(front);
    return new Result(feasible.best().accuracy(), hypervolume, feasible.evaluations(), seconds);
  }

  /** CPU seconds per candidate of the first population, repaired to the limit and scored. */
  static double seedingSeconds(SearchProblem problem, int candidates, long seed) {
    SearchSettings settings = settings(seed).withBudget(candidates, 0);
    SearchRun run = new SearchRun(problem, settings);
    double start = CpuClock.threadSeconds();
    run.step();
    return (CpuClock.threadSeconds() - start) / candidates;
  }
}
