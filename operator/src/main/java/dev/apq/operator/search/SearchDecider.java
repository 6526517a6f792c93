package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.training.Outcome;
import dev.apq.operator.training.StageRules;
import dev.apq.operator.training.TrainingDecider;
import dev.apq.operator.training.TrainingDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** From specification and world of an ApqSearch to actions and outcome; pure. */
public final class SearchDecider {
  static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(3);
  // Nothing is watched that would tell of the repair, for example of a table's ConfigMap.
  static final Duration REPAIR_INTERVAL = Duration.ofSeconds(20);
  // Other searches are not watched either; looking for their results costs a look into a cache.
  static final Duration WAITING_INTERVAL = Duration.ofSeconds(5);
  static final Duration SOON = Duration.ofSeconds(1);
  static final Duration IDLE = Duration.ofMinutes(5);

  private SearchDecider() {}

  /** Decides; never looks at anything but its arguments. */
  public static SearchDecision decide(ApqSearchSpec spec, SearchWorld world, Instant now) {
    TrainingDecision verification =
        TrainingDecider.decide(StageRules.of(spec), world.verification().world(), now);
    List<SearchAction> actions = new ArrayList<>();
    verification.actions().forEach(action -> actions.add(new SearchAction.Verify(action)));
    followSuspension(spec, world.supernet(), actions);
    if (world.state() instanceof SearchState.Told) {
      return new SearchDecision(actions, new SearchOutcome.Kept(), IDLE);
    }
    if (spec.suspend() && !(world.state() instanceof SearchState.Found)) {
      actions.add(new SearchAction.StopSearch());
      return new SearchDecision(
          actions,
          new SearchOutcome.Suspended("Suspended; set spec.suspend to false to continue"),
          IDLE);
    }
    if (world.supernet() instanceof Supernet.Missing missing) {
      return missing(spec, missing, actions);
    }
    if (world.supernet() instanceof Supernet.Unfinished unfinished) {
      return unfinished(unfinished, actions);
    }
    SearchWorld.Problem problem = world.problem();
    if (problem != null) {
      actions.add(new SearchAction.StopSearch());
      return new SearchDecision(
          actions,
          problem.passes()
              ? new SearchOutcome.Running(problem.reason(), problem.text())
              : new SearchOutcome.Stalled(problem.reason(), problem.message(), problem.remedy()),
          problem.passes() ? WAITING_INTERVAL : REPAIR_INTERVAL);
    }
    return search(world, verification, actions);
  }

  /** A supernet made from the template stops and continues with the search. */
  private static void followSuspension(
      ApqSearchSpec spec, Supernet supernet, List<SearchAction> actions) {
    if (supernet instanceof Supernet.Unfinished unfinished
        && unfinished.owned()
        && unfinished.suspended() != spec.suspend()) {
      actions.add(new SearchAction.SuspendSupernet(spec.suspend()));
    }
  }

  private static SearchDecision missing(
      ApqSearchSpec spec, Supernet.Missing missing, List<SearchAction> actions) {
    if (spec.supernetTemplate() != null) {
      actions.add(new SearchAction.CreateSupernet());
      return new SearchDecision(
          actions,
          new SearchOutcome.Running(
              Reasons.WAITING_FOR_SUPERNET, "Creating SupernetTraining " + missing.name()),
          SOON);
    }
    return new SearchDecision(
        actions,
        new SearchOutcome.Running(
            Reasons.SUPERNET_NOT_FOUND,
            "There is no SupernetTraining "
                + missing.name()
                + " in this namespace. Remedy: apply it, or create this ApqSearch anew with"
                + " another spec.supernetRef; the search starts by itself"),
        IDLE);
  }

  private static SearchDecision unfinished(
      Supernet.Unfinished supernet, List<SearchAction> actions) {
    String state = "SupernetTraining " + supernet.name() + " is " + supernet.state();
    String message = supernet.message().isEmpty() ? state : state + ": " + supernet.message();
    return new SearchDecision(
        actions,
        new SearchOutcome.Running(
            supernet.stalled() ? Reasons.SUPERNET_STALLED : Reasons.WAITING_FOR_SUPERNET, message),
        IDLE);
  }

  private static SearchDecision search(
      SearchWorld world, TrainingDecision verification, List<SearchAction> actions) {
    SearchState state = world.state();
    if (state instanceof SearchState.Found) {
      if (!world.published()) {
        actions.add(new SearchAction.PublishResult());
      }
      return new SearchDecision(actions, verified(verification.outcome()), verification.revisit());
    }
    if (state instanceof SearchState.Infeasible infeasible) {
      return stalled(
          actions,
          Reasons.INFEASIBLE,
          infeasible.message(),
          "raise the limit in spec.constraints to at least the nearest feasible value");
    }
    if (state instanceof SearchState.Failed failed) {
      return stalled(
          actions,
          Reasons.SEARCH_FAILED,
          failed.message(),
          "see the operator's log; then set spec.suspend to true and back to false to try again");
    }
    if (state instanceof SearchState.Running running) {
      SearchRun.Progress progress = running.progress();
      return new SearchDecision(
          actions,
          new SearchOutcome.Running(
              running.started() ? Reasons.SEARCHING : Reasons.QUEUED,
              running.started()
                  ? "Generation " + progress.generation() + " of " + progress.generations()
                  : "Waiting for one of the operator's search threads"),
          PROGRESS_INTERVAL);
    }
    actions.add(new SearchAction.StartSearch());
    return new SearchDecision(
        actions,
        new SearchOutcome.Running(Reasons.QUEUED, "Starting the search"),
        PROGRESS_INTERVAL);
  }

  static SearchOutcome verified(Outcome outcome) {
    if (outcome instanceof Outcome.Running running) {
      return new SearchOutcome.Running(running.reason(), running.message());
    }
    if (outcome instanceof Outcome.Suspended suspended) {
      return new SearchOutcome.Suspended(suspended.message());
    }
    if (outcome instanceof Outcome.Stalled stalled) {
      boolean failed = stalled.reason().equals(Reasons.JOB_FAILED);
      return new SearchOutcome.Stalled(
          failed ? Reasons.VERIFICATION_FAILED : stalled.reason(),
          "The answer in status.best is predicted, its verification failed: " + stalled.message(),
          stalled.remedy() + "; or set spec.verify.topK to 0 to accept the prediction");
    }
    return new SearchOutcome.Completed();
  }

  private static SearchDecision stalled(
      List<SearchAction> actions, String reason, String message, String remedy) {
    return new SearchDecision(actions, new SearchOutcome.Stalled(reason, message, remedy), IDLE);
  }
}
