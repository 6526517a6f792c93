package dev.apq.benchmarks;

import dev.apq.core.search.SearchOperator;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchRun;
import dev.apq.core.search.SearchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What the search loses when one of its parts is missing. */
final class Ablation {
  private final Workload workload;
  private final double limit;
  private final int seeds;

  Ablation(Workload workload, double limit, int seeds) {
    this.workload = workload;
    this.limit = limit;
    this.seeds = seeds;
  }

  /**
   * A variant of the search.
   *
   * @param name what is different
   * @param best accuracy of the best policy within the limit, over the seeds
   * @param hypervolume of the front, over the seeds
   */
  record Result(String name, Summary best, Summary hypervolume) {}

  List<Result> measure() {
    List<Result> results = new ArrayList<>();
    results.add(variant("all operators", settings -> settings, Set.of()));
    results.add(
        variant("no gradient guidance", settings -> settings, Set.of(SearchOperator.GUIDANCE)));
    results.add(
        variant("no scouts and restarts", settings -> settings, Set.of(SearchOperator.SCOUTS)));
    results.add(
        variant("no depth mutation", settings -> settings, Set.of(SearchOperator.DEPTH_MUTATION)));
    results.add(
        variant(
            "no mutation to nearby widths",
            settings -> settings,
            Set.of(SearchOperator.NEAR_WIDTH_MUTATION)));
    results.add(
        variant(
            "no stage crossover", settings -> settings, Set.of(SearchOperator.STAGE_CROSSOVER)));
    results.add(
        variant(
            "no block crossover", settings -> settings, Set.of(SearchOperator.BLOCK_CROSSOVER)));
    results.add(
        variant("no crossover", settings -> rates(settings, settings.mutationRate(), 0), Set.of()));
    results.add(
        variant("no repair of children", settings -> settings, Set.of(SearchOperator.REPAIR)));
    results.add(
        variant("no de-duplication", settings -> settings, Set.of(SearchOperator.DEDUPLICATION)));
    results.add(variant("no polish", Ablation::unpolished, Set.of()));
    for (double rate : new double[] {0.005, 0.03, 0.1}) {
      results.add(
          variant(
              "mutation rate " + rate,
              settings -> rates(settings, rate, settings.crossoverRate()),
              Set.of()));
    }
    for (double rate : new double[] {0.5, 1}) {
      results.add(
          variant(
              "crossover rate " + rate,
              settings -> rates(settings, settings.mutationRate(), rate),
              Set.of()));
    }
    return results;
  }

  private Result variant(
      String name, UnaryOperator<SearchSettings> change, Set<SearchOperator> without) {
    List<Double> best = new ArrayList<>();
    List<Double> hypervolume = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      SearchSettings settings = change.apply(Searches.settings(seed));
      best.add(run(workload.within(limit), settings, without).best().accuracy());
      hypervolume.add(Hypervolume.of(run(workload.front(), settings, without).front()));
    }
    return new Result(name, Summary.of(best), Summary.of(hypervolume));
  }

  private static SearchOutcome.Feasible run(
      SearchProblem problem, SearchSettings settings, Set<SearchOperator> without) {
    SearchRun run = new SearchRun(problem, settings, without);
    while (!run.done()) {
      run.step();
    }
    if (run.outcome() instanceof SearchOutcome.Feasible feasible) {
      return feasible;
    }
    throw new IllegalStateException("no policy keeps the limits: " + run.outcome());
  }

  private static SearchSettings rates(SearchSettings settings, double mutation, double crossover) {
    return new SearchSettings(
        settings.populationSize(),
        settings.generations(),
        mutation,
        crossover,
        settings.seed(),
        settings.polish());
  }

  /** Without polish, with its evaluations spent on generations instead. */
  private static SearchSettings unpolished(SearchSettings settings) {
    return new SearchSettings(
        settings.populationSize(),
        Workload.EVALUATIONS / settings.populationSize() - 1,
        settings.mutationRate(),
        settings.crossoverRate(),
        settings.seed(),
        false);
  }
}
