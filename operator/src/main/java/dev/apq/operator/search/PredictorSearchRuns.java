package dev.apq.operator.search;

import dev.apq.api.v1alpha1.EvolutionSource;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.LayerCost;
import dev.apq.core.cost.Metric;
import dev.apq.core.cost.MissingMeasurementException;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.search.Candidate;
import dev.apq.core.search.Checkpoint;
import dev.apq.core.search.Constraint;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchProgress;
import dev.apq.core.search.SearchSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches over a predictor from the artifact store. */
@Singleton
public class PredictorSearchRuns implements SearchRuns {
  private static final Logger LOG = LoggerFactory.getLogger(PredictorSearchRuns.class);

  @Override
  public SearchRun prepare(SearchPlan plan, Optional<byte[]> checkpoint)
      throws InfeasibleException, IOException {
    if (!Digests.sha256(plan.predictor()).equals(plan.predictorDigest())) {
      throw new InvalidArtifactException(
          plan.predictor() + " changed since it was sealed; see its SupernetTraining");
    }
    SearchProblem problem =
        new SearchProblem(
            Predictor.load(plan.predictor(), new Encoding(plan.space())),
            new CostModel(plan.space(), plan.hardware().model(), plan.layers()),
            plan.limits().entrySet().stream()
                .map(limit -> new Constraint(limit.getKey(), limit.getValue()))
                .toList(),
            plan.objectives());
    SearchSettings settings = settings(plan.evolution());
    Run run = new Run(plan, problem, started(problem, settings, checkpoint));
    run.requireFeasible();
    return run;
  }

  private static SearchSettings settings(EvolutionSource evolution) {
    return new SearchSettings(
        evolution.populationSize(),
        evolution.generations(),
        Double.parseDouble(evolution.mutationRate()),
        Double.parseDouble(evolution.crossoverRate()),
        evolution.seed(),
        true);
  }

  // A checkpoint only saves time: without it the same answer is computed from the start.
  private static dev.apq.core.search.SearchRun started(
      SearchProblem problem, SearchSettings settings, Optional<byte[]> checkpoint) {
    if (checkpoint.isPresent()) {
      try {
        return dev.apq.core.search.SearchRun.resume(
            problem, settings, Json.read(checkpoint.get(), Checkpoint.class));
      } catch (InvalidArtifactException | IllegalArgumentException e) {
        LOG.warn("a checkpoint is unusable, the search starts anew: {}", e.getMessage());
      }
    }
    return new dev.apq.core.search.SearchRun(problem, settings);
  }

  private record Run(SearchPlan plan, SearchProblem problem, dev.apq.core.search.SearchRun run)
      implements SearchRun {

    /** The first step tells whether any policy keeps the limits. */
    void requireFeasible() throws InfeasibleException {
      if (run.progress().evaluations() == 0 && !run.done()) {
        run.step();
      }
      if (run.done() && run.outcome() instanceof SearchOutcome.Infeasible infeasible) {
        throw new InfeasibleException(infeasible.message());
      }
    }

    @Override
    public boolean finished() {
      return run.done();
    }

    @Override
    public void step() {
      run.step();
    }

    @Override
    public Progress progress() {
      SearchProgress progress = run.progress();
      Candidate best = progress.best();
      return new Progress(
          progress.generation(),
          progress.generations(),
          progress.evaluations(),
          best == null ? Double.NaN : best.accuracy());
    }

    @Override
    public byte[] checkpoint() {
      return Json.bytes(run.checkpoint());
    }

    @Override
    public SearchAnswer answer() {
      if (!(run.outcome() instanceof SearchOutcome.Feasible feasible)) {
        throw new IllegalStateException("an infeasible search has no answer");
      }
      List<SearchAnswer.Point> front = new ArrayList<>();
      feasible.front().forEach(candidate -> front.add(point(candidate)));
      return new SearchAnswer(
          SearchAnswer.VERSION,
          plan.inputDigest(),
          feasible.evaluations(),
          point(feasible.best()),
          front);
    }

    private SearchAnswer.Point point(Candidate candidate) {
      Predictor predictor = problem.predictor();
      return new SearchAnswer.Point(
          candidate.accuracy(),
          predictor.members() == 1 ? null : predictor.spread(candidate.policy()),
          costs(candidate),
          candidate.policy().digest(),
          candidate.policy());
    }

    private Map<String, Double> costs(Candidate candidate) {
      Map<String, Double> costs = new TreeMap<>();
      try {
        LayerCost all = problem.costs().cost(candidate.policy());
        for (Metric metric : Metric.values()) {
          costs.put(metric.displayName(), metric.value(all));
        }
        costs.values().removeIf(value -> !Double.isFinite(value));
      } catch (MissingMeasurementException e) {
        // The device was not measured for this network; what was limited or traded is known.
        LOG.debug("no full price: {}", e.getMessage());
      }
      candidate.costs().forEach((metric, value) -> costs.put(metric.displayName(), value));
      return costs;
    }
  }
}
