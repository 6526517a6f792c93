package dev.apq.operator.training;

import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.operator.job.JobState;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.store.Seal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A world in memory that obeys actions as Kubernetes and the artifact store would. */
final class Simulation {
  static final String RUN = "run";
  static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
  static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  /** How workers behave. */
  enum Workers {
    FINISH,
    FAIL,
    LEAVE_NOTHING,
    CORRUPT
  }

  final Map<Stage, Seal> seals = new EnumMap<>(Stage.class);
  final Map<Stage, Boolean> quarantined = new EnumMap<>(Stage.class);
  final Map<Stage, Integer> goodShards = new EnumMap<>(Stage.class);
  final List<ObservedJob> jobs = new ArrayList<>();
  final List<String> violations = new ArrayList<>();
  Delegation delegation = Delegation.NONE;
  private final int shards;
  private final List<Stage> stages;

  Simulation(SupernetTrainingSpec spec) {
    this(spec, Stage.ofTraining());
  }

  Simulation(SupernetTrainingSpec spec, List<Stage> stages) {
    this.shards = spec.collection().shards();
    this.stages = stages;
    for (Stage stage : stages) {
      seals.put(stage, Seal.NONE);
      quarantined.put(stage, false);
      goodShards.put(stage, 0);
    }
  }

  TrainingWorld world() {
    List<StageObservation> observed = new ArrayList<>();
    for (Stage stage : stages) {
      observed.add(
          reachable(stage)
              ? new StageObservation(
                  stage,
                  seals.get(stage),
                  digest(stage),
                  seals.get(stage) == Seal.CORRUPT ? "broken" : null,
                  quarantined.get(stage),
                  goodShards.get(stage),
                  manifest(stage),
                  seals.get(stage) == Seal.GOOD ? LONG_AGO : null,
                  0,
                  null)
              : StageObservation.unreached(stage, quarantined.get(stage)));
    }
    return new TrainingWorld(RUN, observed, jobs, delegation);
  }

  /** Inputs that are no part of the run are finished elsewhere. */
  private boolean reachable(Stage stage) {
    return stage.inputs().stream()
        .allMatch(input -> seals.getOrDefault(input, Seal.GOOD) == Seal.GOOD);
  }

  private @Nullable Manifest manifest(Stage stage) {
    return seals.get(stage) == Seal.GOOD
        ? new Manifest(1, stage.folder(), null, digest(stage), Map.of(), Map.of(), Map.of())
        : null;
  }

  static String digest(Stage stage) {
    return "inputs-of-" + stage.folder();
  }

  static ObservedJob job(Stage stage, JobState state, int attempt, String run, String digest) {
    return job(WorkKind.JOB, stage, state, attempt, run, digest);
  }

  static ObservedJob job(
      WorkKind kind, Stage stage, JobState state, int attempt, String run, String digest) {
    boolean ended = state == JobState.COMPLETE || state == JobState.FAILED;
    return new ObservedJob(
        kind,
        "job-" + stage.folder() + "-" + run + "-" + attempt,
        run,
        stage,
        attempt,
        digest,
        state,
        LONG_AGO,
        ended ? LONG_AGO : null,
        ended ? 0 : 1,
        0,
        0,
        state == JobState.FAILED ? "BackoffLimitExceeded" : null,
        state == JobState.FAILED ? "worker exited with 70" : null);
  }

  void apply(TrainingAction action) {
    if (action instanceof TrainingAction.CreateJob create) {
      create(create);
    } else if (action instanceof TrainingAction.DeleteJob delete) {
      delete(delete);
    } else if (action instanceof TrainingAction.SealShards seal) {
      require(active() == 0, "sealed beside an active Job");
      require(goodShards.get(seal.stage()) > 0, "sealed nothing");
      seals.put(seal.stage(), Seal.GOOD);
    } else if (action instanceof TrainingAction.Quarantine quarantine) {
      require(active() == 0, "quarantined beside an active Job");
      require(!quarantined.get(quarantine.stage()), "quarantined twice");
      require(seals.get(quarantine.stage()) == Seal.CORRUPT, "quarantined what is not corrupt");
      seals.put(quarantine.stage(), Seal.NONE);
      quarantined.put(quarantine.stage(), true);
    }
  }

  private void create(TrainingAction.CreateJob create) {
    ObservedJob made =
        job(
            create.kind(),
            create.stage(),
            JobState.ACTIVE,
            create.attempt(),
            RUN,
            create.inputDigest());
    boolean delegated = create.kind() == WorkKind.TRAIN_JOB;
    require(
        delegated == (create.stage() == Stage.TRAIN && delegation != Delegation.NONE),
        "a stage run as what it was not to be");
    require(!delegated || delegation == Delegation.READY, "a TrainJob that cannot be made");
    if (jobs.stream().anyMatch(job -> job.name().equals(made.name()))) {
      return; // 409: create-only
    }
    require(jobs.stream().allMatch(ObservedJob::ended), "a Job created while another is not ended");
    require(seals.get(create.stage()) != Seal.GOOD, "a finished stage run again");
    jobs.add(made);
  }

  private void delete(TrainingAction.DeleteJob delete) {
    jobs.replaceAll(
        job ->
            job.name().equals(delete.name()) && job.kind() == delete.kind()
                ? with(job, JobState.DELETING)
                : job);
  }

  private static ObservedJob with(ObservedJob job, JobState state) {
    return job(job.kind(), job.stage(), state, job.attempt(), job.runId(), job.inputDigest());
  }

  /** Lets everything that is under way come to its end. */
  void advance(Workers workers) {
    jobs.removeIf(job -> job.state() == JobState.DELETING);
    for (ObservedJob job : List.copyOf(jobs)) {
      if (job.active()) {
        jobs.remove(job);
        jobs.add(end(job, workers));
      }
    }
  }

  private ObservedJob end(ObservedJob job, Workers workers) {
    Stage stage = job.stage();
    if (reachable(stage)
        && job.inputDigest().equals(digest(stage))
        && seals.get(stage) != Seal.GOOD) {
      switch (workers) {
        case FINISH -> finish(stage);
        case CORRUPT -> seals.put(stage, Seal.CORRUPT);
        default -> {}
      }
    }
    JobState state = workers == Workers.FAIL ? JobState.FAILED : JobState.COMPLETE;
    return with(job, state);
  }

  private void finish(Stage stage) {
    seals.put(stage, stage.sharded() ? Seal.NONE : Seal.GOOD);
    goodShards.put(stage, shards);
  }

  long active() {
    return jobs.stream().filter(ObservedJob::active).count();
  }

  boolean quiet() {
    return jobs.stream().allMatch(ObservedJob::ended);
  }

  private void require(boolean holds, String violation) {
    if (!holds) {
      violations.add(violation);
    }
  }
}
