package dev.apq.operator.training;

import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.Stage;
import dev.apq.operator.job.JobState;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.store.Seal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pure heart of the operator: from specification, world and clock to actions and outcome. It
 * decides about any chain of stages: the five of a training, the one of a verification.
 *
 * <p>Nothing is remembered between calls. A stage is finished exactly when the store holds a good
 * seal for its inputs; the first unfinished stage is the current one, and only it may have an
 * active Job.
 */
public final class TrainingDecider {
  /** How long a store may take to show what a finished Job wrote. */
  static final Duration VISIBILITY_GRACE = Duration.ofSeconds(60);

  static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(3);

  /** Each visit of a queued Job asks the queue; a Job's admission is heard of without. */
  static final Duration QUEUE_INTERVAL = Duration.ofSeconds(15);

  static final Duration REPAIR_INTERVAL = Duration.ofSeconds(30);
  static final Duration SOON = Duration.ofSeconds(1);
  static final Duration IDLE = Duration.ofMinutes(5);
  private static final String RETRY =
      "; then set spec.suspend to true and back to false to try again";

  private final StageRules rules;
  private final TrainingWorld world;
  private final Instant now;

  private TrainingDecider(StageRules rules, TrainingWorld world, Instant now) {
    this.rules = rules;
    this.world = world;
    this.now = now;
  }

  /** Decides about a training; never looks at anything but its arguments. */
  public static TrainingDecision decide(
      SupernetTrainingSpec spec, TrainingWorld world, Instant now) {
    return decide(StageRules.of(spec), world, now);
  }

  /** Decides about any run of stages; never looks at anything but its arguments. */
  public static TrainingDecision decide(StageRules rules, TrainingWorld world, Instant now) {
    return new TrainingDecider(rules, world, now).decide();
  }

  private TrainingDecision decide() {
    Optional<StageObservation> current = world.current();
    if (current.isPresent() && rules.suspend()) {
      return suspend();
    }
    List<TrainingAction> cleanUp = new ArrayList<>(needlessJobs());
    Optional<TrainingDecision> conflict = stopStrayJobs(current.orElse(null), cleanUp);
    if (conflict.isPresent()) {
      return conflict.get();
    }
    TrainingDecision decision =
        current
            .map(this::run)
            .orElseGet(
                () -> new TrainingDecision(List.of(), new Outcome.Completed(), untilExpiry()));
    return decision.actions().isEmpty()
        ? new TrainingDecision(cleanUp, decision.outcome(), decision.revisit())
        : decision;
  }

  private TrainingDecision suspend() {
    List<TrainingAction> stops =
        world.jobs().stream()
            .filter(job -> job.active() || job.state() == JobState.FAILED)
            .map(TrainingDecider::delete)
            .toList();
    boolean stopping = world.jobs().stream().anyMatch(job -> !job.ended());
    String message =
        stopping
            ? "Stopping the running Job; its worker leaves a checkpoint"
            : "Suspended; set spec.suspend to false to continue";
    return new TrainingDecision(
        stops, new Outcome.Suspended(message), stops.isEmpty() && !stopping ? IDLE : SOON);
  }

  /** Only the current stage may have an active Job, and only for the current inputs. */
  private Optional<TrainingDecision> stopStrayJobs(
      @Nullable StageObservation current, List<TrainingAction> actions) {
    Stage stage = current == null ? null : current.stage();
    boolean waiting = false;
    boolean finishing = true;
    for (ObservedJob job : world.jobs()) {
      if (job.ended() || isCurrent(job, current)) {
        continue;
      }
      waiting = true;
      stage = stage == null ? job.stage() : stage;
      finishing &= job.active() && isFinishing(job);
      if (job.active() && !isFinishing(job)) {
        actions.add(delete(job));
      }
    }
    if (!waiting || stage == null) {
      return Optional.empty();
    }
    Outcome outcome =
        finishing
            ? new Outcome.Running(stage, Reasons.SEALING, "The artifacts are there, the Job ends")
            : new Outcome.Running(
                stage, Reasons.STOPPING_JOB, "Waiting for an earlier Job to end before going on");
    return Optional.of(new TrainingDecision(actions, outcome, SOON));
  }

  private boolean isCurrent(ObservedJob job, @Nullable StageObservation current) {
    return current != null && job.active() && job.stage() == current.stage() && fits(job, current);
  }

  // The manifest appears a moment before the worker's process ends.
  private boolean isFinishing(ObservedJob job) {
    StageObservation stage = world.stage(job.stage());
    Instant sealedAt = stage.sealedAt();
    return stage.seal() == Seal.GOOD
        && fits(job, stage)
        && sealedAt != null
        && Duration.between(sealedAt, now).abs().compareTo(VISIBILITY_GRACE) < 0;
  }

  private boolean fits(ObservedJob job, StageObservation stage) {
    return job.runId().equals(world.runId())
        && job.attempt() == stage.attempt()
        && job.inputDigest().equals(stage.inputDigest());
  }

  private TrainingDecision run(StageObservation current) {
    Optional<ObservedJob> job = world.job(current.stage());
    if (job.isPresent() && job.get().active()) {
      return running(current, job.get());
    }
    if (job.isPresent() && !fits(job.get(), current) && current.seal() != Seal.CORRUPT) {
      return replace(current, job.get());
    }
    if (current.seal() == Seal.CORRUPT) {
      return corrupt(current);
    }
    if (current.stage().sharded() && sealable(current, job)) {
      return act(
          current,
          Reasons.SEALING,
          "Sealing " + current.goodShards() + " finished shards",
          new TrainingAction.SealShards(current.stage(), inputDigest(current)));
    }
    if (job.isEmpty()) {
      return create(current);
    }
    return job.get().state() == JobState.COMPLETE
        ? withoutManifest(current, job.get())
        : failed(job.get());
  }

  private TrainingDecision create(StageObservation current) {
    WorkKind kind = world.kind(current.stage());
    if (kind == WorkKind.TRAIN_JOB && world.delegation() != Delegation.READY) {
      return unavailable();
    }
    return act(
        current,
        Reasons.of(current.stage()),
        "Creating the " + kind.kind(),
        new TrainingAction.CreateJob(
            kind, current.stage(), current.attempt(), inputDigest(current)));
  }

  private TrainingDecision unavailable() {
    boolean disabled = world.delegation() == Delegation.DISABLED;
    return new TrainingDecision(
        List.of(),
        new Outcome.Stalled(
            Reasons.TRAIN_JOBS_UNAVAILABLE,
            disabled
                ? "spec.distributed asks for a TrainJob, which this operator does not make"
                : "spec.distributed asks for a TrainJob, which this cluster does not know",
            (disabled
                    ? "set trainJobs.enabled of the chart, which grants the rights too"
                    : "install the Kubeflow Trainer (CRD trainjobs.trainer.kubeflow.org)")
                + "; the training then goes on by itself"),
        REPAIR_INTERVAL);
  }

  private static String inputDigest(StageObservation current) {
    String digest = current.inputDigest();
    if (digest == null) {
      throw new IllegalStateException("the inputs of the first unfinished stage are finished");
    }
    return digest;
  }

  private TrainingDecision running(StageObservation current, ObservedJob job) {
    String reason = job.reason();
    String progress = current.progress() == null ? "Running" : current.progress().message();
    String message = job.message() == null ? progress : job.message();
    if (Reasons.NAMESPACE_TERMINATING.equals(reason)) {
      return act(current, Reasons.NAMESPACE_TERMINATING, message, delete(job));
    }
    return new TrainingDecision(
        List.of(),
        new Outcome.Running(
            current.stage(), reason == null ? Reasons.of(current.stage()) : reason, message),
        Reasons.WAITING_FOR_ADMISSION.equals(reason) ? QUEUE_INTERVAL : PROGRESS_INTERVAL);
  }

  private TrainingDecision replace(StageObservation current, ObservedJob job) {
    return act(
        current, Reasons.of(current.stage()), "Removing the Job of earlier inputs", delete(job));
  }

  private TrainingDecision corrupt(StageObservation current) {
    if (current.quarantined()) {
      return stalled(
          Reasons.INVALID_ARTIFACT,
          current.stage().displayName() + " gave corrupt artifacts twice: " + current.problem(),
          "check the artifact store's volume, delete the folder "
              + current.stage().folder()
              + ".quarantine and the stage's Job"
              + RETRY);
    }
    List<TrainingAction> deletes =
        world.jobs().stream()
            .filter(job -> job.stage().compareTo(current.stage()) >= 0 && job.ended())
            .map(TrainingDecider::delete)
            .toList();
    if (!deletes.isEmpty()) {
      return new TrainingDecision(
          deletes,
          new Outcome.Running(
              current.stage(),
              Reasons.of(current.stage()),
              "Corrupt artifacts: removing Jobs to run the stage again: " + current.problem()),
          SOON);
    }
    return act(
        current,
        Reasons.of(current.stage()),
        "Setting corrupt artifacts aside: " + current.problem(),
        new TrainingAction.Quarantine(current.stage(), inputDigest(current)));
  }

  private boolean sealable(StageObservation current, Optional<ObservedJob> job) {
    int good = current.goodShards();
    return good >= rules.shards() || job.isPresent() && good >= rules.neededShards();
  }

  private TrainingDecision withoutManifest(StageObservation current, ObservedJob job) {
    Instant end = job.endTime();
    if (end != null && Duration.between(end, now).abs().compareTo(VISIBILITY_GRACE) < 0) {
      return new TrainingDecision(
          List.of(),
          new Outcome.Running(
              current.stage(), Reasons.SEALING, "Waiting for the artifacts to become visible"),
          SOON);
    }
    return stalled(
        Reasons.ARTIFACT_MISSING,
        job.kind().kind()
            + " "
            + job.name()
            + " completed but its manifest is not in the artifact store",
        "check that the operator's apq.store.root and the claim that workers mount are the same"
            + " volume, delete the Job"
            + RETRY);
  }

  private TrainingDecision failed(ObservedJob job) {
    String message = job.kind().kind() + " " + job.name() + " failed";
    if (job.message() != null) {
      message += ": " + job.message();
    }
    boolean deadline = "DeadlineExceeded".equals(job.reason());
    return stalled(
        deadline ? Reasons.DEADLINE_EXCEEDED : Reasons.JOB_FAILED,
        message,
        (deadline ? "raise spec.runPolicy.activeDeadlineSeconds" : "remove the cause") + RETRY);
  }

  // The Job of a stage that is not finished is never one of them: the state is read from it.
  private List<TrainingAction> needlessJobs() {
    boolean done = world.current().isEmpty();
    return world.jobs().stream()
        .filter(ObservedJob::ended)
        .filter(job -> world.stage(job.stage()).seal() == Seal.GOOD)
        .filter(job -> expired(job) || done && unwanted(job))
        .map(TrainingDecider::delete)
        .toList();
  }

  private boolean expired(ObservedJob job) {
    Long ttl = rules.ttlSecondsAfterFinished();
    return ttl != null
        && job.state() == JobState.COMPLETE
        && job.endTime() != null
        && !now.isBefore(job.endTime().plusSeconds(ttl));
  }

  private boolean unwanted(ObservedJob job) {
    return switch (rules.cleanupPolicy()) {
      case NONE -> false;
      case SUCCEEDED -> job.state() == JobState.COMPLETE;
      case ALL -> true;
    };
  }

  private Duration untilExpiry() {
    Long ttl = rules.ttlSecondsAfterFinished();
    return ttl == null || ttl >= IDLE.toSeconds() ? IDLE : Duration.ofSeconds(ttl + 1);
  }

  private static TrainingAction delete(ObservedJob job) {
    return new TrainingAction.DeleteJob(job.kind(), job.name());
  }

  private static TrainingDecision act(
      StageObservation current, String reason, String message, TrainingAction action) {
    return new TrainingDecision(
        List.of(action), new Outcome.Running(current.stage(), reason, message), SOON);
  }

  private static TrainingDecision stalled(String reason, String message, String remedy) {
    return new TrainingDecision(List.of(), new Outcome.Stalled(reason, message, remedy), IDLE);
  }
}
