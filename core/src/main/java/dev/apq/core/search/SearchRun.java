package dev.apq.core.search;

import dev.apq.core.cost.Metric;
import dev.apq.core.random.RandomStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A search in steps of one generation, so that a caller can share a thread between searches, report
 * progress, checkpoint and stop at any step.
 *
 * <p>The result is a pure function of problem and settings: every random number is addressed by
 * seed, generation and individual. A run resumed from a checkpoint ends bit-identically to one that
 * was never stopped. Not thread-safe; different runs may run on different threads.
 *
 * <p>Memory: at most six populations and a front of at most {@value Front#MAX_SIZE} individuals. An
 * individual takes 4 bytes per gene, 4 per feature once it is a parent, and about 100 more; the
 * predictor's buffers take 1.3 MB. For the paper's space and a population of 100 that is below 7
 * MB, besides predictor weights (6 MB) and cost tables, which runs share.
 */
public final class SearchRun {
  /** The most policies that are scored after the last generation. */
  public static final int POLISH_EVALUATIONS = 1000;

  private static final int FEASIBILITY_TRIES = 256;

  /** Share of children whose changes the mother's gradient guides; the others keep it honest. */
  private static final double GUIDED_SHARE = 0.9;

  private static final long POLISH_STREAM = -1;
  private static final long FEASIBILITY_STREAM = -2;

  private final SearchProblem problem;
  private final SearchSettings settings;
  private final WarmStart start;
  private final Set<SearchOperator> without;
  private final Genomes genomes;
  private final Pricing pricing;
  private final Scoring scoring;
  private final Repair repair;
  private final Newcomers newcomers;
  private final Variation variation;
  private final Ranking ranking;
  private final Schedule schedule;
  private final Populations populations;

  private int generation = -1;
  private int stagnant;
  private boolean polished;
  private @Nullable SearchOutcome infeasible;

  /**
   * A run from the start. Prices the whole space, which may take a second for an analytic model.
   *
   * @throws dev.apq.core.cost.MissingMeasurementException if a measured table lacks a layer
   */
  public SearchRun(SearchProblem problem, SearchSettings settings) {
    this(problem, settings, WarmStart.NONE);
  }

  /**
   * A run from known policies. Moved within the limits, the best of them make up to half of the
   * first population, so the answer is at least as accurate as any of them that keeps the limits.
   *
   * @throws IllegalArgumentException if one is no member of the space
   */
  public SearchRun(SearchProblem problem, SearchSettings settings, WarmStart start) {
    this(problem, settings, start, Set.of());
  }

  /** A run from the start without some of the operators; its checkpoints cannot be resumed. */
  public SearchRun(SearchProblem problem, SearchSettings settings, Set<SearchOperator> without) {
    this(problem, settings, WarmStart.NONE, without);
  }

  private SearchRun(
      SearchProblem problem,
      SearchSettings settings,
      WarmStart start,
      Set<SearchOperator> without) {
    this.start = start.requireMembers(problem.space());
    this.without = Set.copyOf(without);
    this.problem = problem;
    this.settings = settings;
    this.genomes = new Genomes(problem.encoding());
    this.pricing = new Pricing(problem, genomes);
    this.scoring = new Scoring(problem.predictor(), genomes, pricing);
    this.repair = new Repair(genomes, pricing);
    this.newcomers = new Newcomers(genomes, scoring, repair, settings, this.without);
    this.variation = new Variation(genomes, settings.mutationRate(), this.without);
    int[] objectives = problem.objectives().stream().mapToInt(pricing.metrics()::indexOf).toArray();
    this.ranking = new Ranking(objectives);
    this.schedule =
        new Schedule(
            IntStream.range(0, problem.constraints().size())
                .mapToDouble(c -> pricing.table(c).min())
                .toArray(),
            problem.constraints().stream().mapToDouble(Constraint::max).toArray(),
            settings.generations(),
            objectives.length == 0 && !without.contains(SearchOperator.SCOUTS));
    this.populations =
        new Populations(
            settings.populationSize(),
            ranking,
            objectives.length == 0 ? null : new Front(ranking, objectives[0]));
  }

  /**
   * A run that continues where another one stopped.
   *
   * @throws IllegalArgumentException if the checkpoint is of another problem or other settings, or
   *     damaged
   */
  public static SearchRun resume(
      SearchProblem problem, SearchSettings settings, Checkpoint checkpoint) {
    return resume(problem, settings, WarmStart.NONE, checkpoint);
  }

  /**
   * A run from known policies that continues where another one stopped.
   *
   * @throws IllegalArgumentException if the checkpoint is of another problem, other settings or
   *     another start, or damaged
   */
  public static SearchRun resume(
      SearchProblem problem, SearchSettings settings, WarmStart start, Checkpoint checkpoint) {
    SearchRun run = new SearchRun(problem, settings, start);
    if (!checkpoint.problemDigest().equals(run.identity())
        || !checkpoint.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "the checkpoint is of another search; delete it to start anew");
    }
    if (checkpoint.generation() >= 0) {
      run.restore(checkpoint);
    }
    return run;
  }

  private void restore(Checkpoint checkpoint) {
    if (!populations.canHold(checkpoint)
        || checkpoint.differentiated().size() != checkpoint.population().size()
        || checkpoint.generation() > settings.generations()) {
      throw new IllegalArgumentException("the checkpoint is damaged; delete it to start anew");
    }
    pricing.limitTo(schedule.limits(checkpoint.generation()));
    List<Individual> restored = rescore(checkpoint.population());
    List<Individual> differentiated = new ArrayList<>();
    for (int i = 0; i < restored.size(); i++) {
      if (checkpoint.differentiated().get(i)) {
        differentiated.add(restored.get(i));
      }
    }
    scoring.differentiate(differentiated, Integer.MAX_VALUE);
    populations.restore(restored, rescore(checkpoint.home()), rescore(checkpoint.archive()));
    generation = checkpoint.generation();
    stagnant = checkpoint.stagnant();
    scoring.resumeAt(checkpoint.evaluations());
  }

  private List<Individual> rescore(List<String> texts) {
    return scoring.score(texts.stream().map(genomes::parse).toList());
  }

  /** Whether nothing is left to do. */
  public boolean done() {
    return infeasible != null || polished;
  }

  /**
   * Does the next piece of work: the first population, a generation, or the final polish.
   *
   * @throws IllegalStateException if the run is done
   */
  public void step() {
    if (done()) {
      throw new IllegalStateException("the search is done");
    }
    if (generation < 0) {
      seed();
    } else if (generation < settings.generations()) {
      evolve();
    } else {
      polish();
    }
  }

  /** How far the run is. */
  public SearchProgress progress() {
    List<Individual> all = populations.all();
    Individual best = all.isEmpty() ? null : Ranking.fittest(all);
    return new SearchProgress(
        Math.max(generation, 0),
        settings.generations(),
        scoring.evaluations(),
        best == null || best.violation > 0 ? null : candidate(best));
  }

  /** Where the run is; a checkpoint taken after the last generation repeats the polish only. */
  public Checkpoint checkpoint() {
    return new Checkpoint(
        Checkpoint.VERSION,
        identity(),
        settings,
        generation,
        stagnant,
        scoring.evaluations(),
        texts(populations.current()),
        populations.current().stream().map(i -> i.gradient != null).toList(),
        texts(populations.home()),
        texts(populations.archive()));
  }

  private List<String> texts(List<Individual> individuals) {
    return individuals.stream().map(i -> genomes.text(i.genes)).toList();
  }

  private String identity() {
    return problem.digest()
        + (without.isEmpty() ? "" : without)
        + (start.policies().isEmpty() ? "" : start.digest());
  }

  /**
   * The result.
   *
   * @throws IllegalStateException if the run is not done
   */
  public SearchOutcome outcome() {
    if (infeasible != null) {
      return infeasible;
    }
    if (!polished) {
      throw new IllegalStateException("the search is not done");
    }
    Candidate best = candidate(populations.fittest());
    List<Individual> traded = populations.traded();
    return new SearchOutcome.Feasible(
        best,
        problem.objectives().isEmpty()
            ? List.of(best)
            : traded.stream().map(this::candidate).toList(),
        Shortlist.of(populations.current(), traded, genomes).stream().map(this::candidate).toList(),
        scoring.evaluations(),
        generation);
  }

  private void seed() {
    List<SearchOutcome.Shortfall> impossible = Feasibility.impossibleAlone(pricing);
    if (!impossible.isEmpty()) {
      Individual nearest = Ranking.fittest(newcomers.random(FEASIBILITY_STREAM, 1, List.of()));
      infeasible = new SearchOutcome.Infeasible(impossible, candidate(nearest));
      return;
    }
    List<Individual> first = new ArrayList<>(newcomers.known(start, ranking));
    first.addAll(newcomers.random(0, settings.populationSize() - first.size(), first));
    Individual fittest = Ranking.fittest(first);
    if (fittest.violation > 0) {
      first.addAll(newcomers.random(FEASIBILITY_STREAM, FEASIBILITY_TRIES, List.of()));
      fittest = Ranking.fittest(first);
    }
    if (fittest.violation > 0) {
      infeasible =
          new SearchOutcome.Infeasible(
              Feasibility.impossibleTogether(pricing, fittest.costs), candidate(fittest));
      return;
    }
    populations.keep(first);
    generation = 0;
  }

  private void evolve() {
    generation++;
    pricing.limitTo(schedule.limits(generation));
    if (schedule.startsScout(generation) || schedule.restarts(generation, stagnant)) {
      populations.leaveHome();
      stagnant = 0;
      populations.keep(newcomers.random(generation, settings.populationSize(), List.of()));
      return;
    }
    if (schedule.merges(generation) && !populations.home().isEmpty()) {
      populations.returnHome(pricing::underCurrentLimits);
    }
    List<Individual> parents = populations.current();
    // Gradients count as what they cost, so that every generation has the same price.
    int spent =
        without.contains(SearchOperator.GUIDANCE)
            ? 0
            : scoring.differentiate(parents, settings.populationSize() * 3 / 4);
    List<int[]> children =
        newcomers.distinct(
            generation, settings.populationSize() - spent, parents, (i, random) -> child(random));
    List<Individual> all = new ArrayList<>(parents);
    all.addAll(scoring.score(children));
    Individual before = populations.fittest();
    populations.keep(all);
    stagnant = populations.fittest() == before ? stagnant + 1 : 0;
  }

  private int[] child(RandomStream random) {
    Individual mother = tournament(random);
    int[] genes =
        random.nextBoolean(settings.crossoverRate())
            ? variation.cross(mother.genes, tournament(random).genes, random)
            : mother.genes.clone();
    float[] gradient = random.nextBoolean(GUIDED_SHARE) ? mother.gradient : null;
    variation.mutate(genes, gradient, random);
    if (!without.contains(SearchOperator.REPAIR)) {
      repair.repair(genes, gradient, random);
    }
    return genes;
  }

  private Individual tournament(RandomStream random) {
    List<Individual> parents = populations.current();
    Individual a = parents.get(random.nextInt(parents.size()));
    Individual b = parents.get(random.nextInt(parents.size()));
    return Ranking.better(a, b) ? a : b;
  }

  private void polish() {
    if (settings.polish()) {
      Individual best =
          new Polish(genomes, pricing, scoring)
              .improve(
                  populations.fittest(),
                  RandomStream.of(settings.seed(), POLISH_STREAM),
                  POLISH_EVALUATIONS);
      populations.join(best);
    }
    polished = true;
  }

  private Candidate candidate(Individual individual) {
    Map<Metric, Double> costs = new EnumMap<>(Metric.class);
    for (int m = 0; m < pricing.metrics().size(); m++) {
      costs.put(pricing.metrics().get(m), individual.costs[m]);
    }
    return new Candidate(genomes.policy(individual.genes), individual.accuracy, costs);
  }
}
