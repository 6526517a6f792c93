package dev.apq.operator.training;

import dev.apq.core.contract.Stage;
import dev.apq.operator.job.JobState;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.store.Seal;
import java.util.List;
import java.util.Optional;

/**
 * Everything a decision about a run of stages depends on besides the specification and the clock.
 *
 * @param runId names the Jobs of this resource and specification
 * @param stages its stages in order
 * @param jobs Jobs whose controller owner is this resource, of this run or an earlier one
 * @param delegation whether stage Train runs as a TrainJob
 */
public record TrainingWorld(
    String runId, List<StageObservation> stages, List<ObservedJob> jobs, Delegation delegation) {

  /** A world in which every stage runs as a Job. */
  public TrainingWorld(String runId, List<StageObservation> stages, List<ObservedJob> jobs) {
    this(runId, stages, jobs, Delegation.NONE);
  }

  /** Copies the lists. */
  public TrainingWorld {
    stages = List.copyOf(stages);
    jobs = List.copyOf(jobs);
  }

  /** The observation of a stage; nothing is known of one that is not part of the run. */
  public StageObservation stage(Stage stage) {
    return stages.stream()
        .filter(observed -> observed.stage() == stage)
        .findFirst()
        .orElseGet(() -> StageObservation.unreached(stage, false));
  }

  /** The first stage that is not finished, or empty if all are. */
  public Optional<StageObservation> current() {
    return stages.stream().filter(stage -> stage.seal() != Seal.GOOD).findFirst();
  }

  /** The Job of this run for a stage; the latest attempt if there are several. */
  public Optional<ObservedJob> job(Stage stage) {
    return jobs.stream()
        .filter(job -> job.stage() == stage && job.runId().equals(runId))
        .max(java.util.Comparator.comparingInt(ObservedJob::attempt));
  }

  /** What a stage runs as. */
  public WorkKind kind(Stage stage) {
    return stage == Stage.TRAIN && delegation != Delegation.NONE
        ? WorkKind.TRAIN_JOB
        : WorkKind.JOB;
  }

  /** The same world, whose stage Train may be delegated. */
  public TrainingWorld with(Delegation other) {
    return new TrainingWorld(runId, stages, jobs, other);
  }

  /** Whether any Job is going away. */
  public boolean anyDeleting() {
    return jobs.stream().anyMatch(job -> job.state() == JobState.DELETING);
  }
}
