package dev.apq.operator.search;

import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.search.Candidate;
import dev.apq.core.search.Checkpoint;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.SearchOutcome;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchProgress;
import dev.apq.core.search.SearchSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches over a predictor from the artifact store. */
@Singleton
public class PredictorSearchRuns implements SearchRuns {
  private static final Logger LOG = LoggerFactory.getLogger(PredictorSearchRuns.class);

  @Override
  public SearchRun prepare(SearchPlan plan, Optional<byte[]> checkpoint)
      throws InfeasibleException, IOException {
    if (!Digests.sha256(plan.predictor()).equals(plan.inputs().predictor())) {
      throw new InvalidArtifactException(
          plan.predictor() + " changed since it was sealed; see its SupernetTraining");
    }
    SearchProblem problem =
        plan.inputs()
            .problem(
                Predictor.load(plan.predictor(), new Encoding(plan.space())),
                plan.hardware().model());
    Run run = new Run(plan, problem, started(problem, plan, checkpoint));
    run.requireFeasible();
    return run;
  }

  // A checkpoint only saves time: without it the same answer is computed from the start.
  private static dev.apq.core.search.SearchRun started(
      SearchProblem problem, SearchPlan plan, Optional<byte[]> checkpoint) {
    SearchSettings settings = plan.inputs().settings();
    if (checkpoint.isPresent()) {
      try {
        return dev.apq.core.search.SearchRun.resume(
            problem, settings, plan.start(), Json.read(checkpoint.get(), Checkpoint.class));
      } catch (InvalidArtifactException | IllegalArgumentException e) {
        LOG.warn("a checkpoint is unusable, the search starts anew: {}", e.getMessage());
      }
    }
    return new dev.apq.core.search.SearchRun(problem, settings, plan.start());
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
      return SearchAnswer.of(problem, feasible, plan.inputDigest());
    }
  }
}
