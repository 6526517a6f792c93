package dev.apq.operator.training;

import dev.apq.api.v1alpha1.ArtifactReference;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetHealth;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.api.v1alpha1.TrainerStatus;
import dev.apq.api.v1alpha1.TrainingCost;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.status.Quality;
import dev.apq.operator.status.StoreOutage;
import dev.apq.operator.store.Seal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status of a SupernetTraining as a pure function of what was observed and decided. */
public final class TrainingReport {
  private static final long RUNNING_STEP_SECONDS = 15;
  private static final int MAX_MESSAGE = 1000;
  private static final TrainerStatus NOTHING = new TrainerStatus(null, null, null, null, null);
  private static final Map<Stage, Integer> WEIGHTS =
      new EnumMap<>(
          Map.of(
              Stage.TRAIN, 40,
              Stage.COLLECT, 20,
              Stage.TRAIN_PREDICTOR, 10,
              Stage.COLLECT_QUANTIZED, 20,
              Stage.TRANSFER, 10));

  private final TrainingWorld world;
  private final Outcome outcome;
  private final List<Condition> previous;
  private final long generation;
  private final String minKendallTau;
  private final Instant now;

  private TrainingReport(
      SupernetTraining resource, TrainingWorld world, Outcome outcome, Instant now) {
    SupernetTrainingStatus before = resource.getStatus();
    this.world = world;
    this.outcome = outcome;
    this.previous = before == null ? List.of() : before.conditions();
    this.generation = Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
    this.minKendallTau = resource.getSpec().predictor().minKendallTau();
    this.now = now;
  }

  /** The status to write. */
  public static SupernetTrainingStatus of(
      SupernetTraining resource, TrainingWorld world, Outcome outcome, URI folder, Instant now) {
    return new TrainingReport(resource, world, outcome, now).render(folder);
  }

  /** The status of a resource whose specification cannot be carried out. */
  public static SupernetTrainingStatus invalid(
      SupernetTraining resource, Outcome.Stalled outcome, Instant now) {
    TrainingReport report =
        new TrainingReport(resource, new TrainingWorld("", List.of(), List.of()), outcome, now);
    return new SupernetTrainingStatus(
        report.generation,
        null,
        report.conditions(null),
        0,
        List.of(),
        null,
        null,
        null,
        null,
        null);
  }

  /** The status while the artifact store is away; empty if the one before stays true. */
  public static Optional<SupernetTrainingStatus> outage(
      SupernetTraining resource, StoreUnavailableException outage, Instant now) {
    long generation = Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
    SupernetTrainingStatus before =
        resource.getStatus() == null
            ? new SupernetTrainingStatus(
                generation, null, List.of(), 0, List.of(), null, null, null, null, null)
            : resource.getStatus();
    return StoreOutage.conditions(before.conditions(), generation, outage, now)
        .map(
            conditions ->
                new SupernetTrainingStatus(
                    generation,
                    before.runId(),
                    conditions,
                    before.progressPercent(),
                    before.stages(),
                    before.trainer(),
                    before.supernet(),
                    before.predictor(),
                    before.artifact(),
                    before.cost()));
  }

  private SupernetTrainingStatus render(URI folder) {
    List<StageStatus> stages = world.stages().stream().map(this::stage).toList();
    SupernetHealth health = Quality.health(world.stage(Stage.TRAIN).manifest());
    var predictor =
        Quality.predictors(
            world.stage(Stage.TRAIN_PREDICTOR).manifest(),
            world.stage(Stage.TRANSFER).manifest(),
            URI.create(folder.toString().replaceAll("/?$", "/") + Stage.TRANSFER.folder()));
    var last = world.stage(Stage.TRANSFER).manifest();
    List<Condition> conditions =
        conditions(
            Quality.healthCondition(
                health, predictor == null ? null : predictor.quantized(), minKendallTau));
    return new SupernetTrainingStatus(
        generation,
        world.runId(),
        conditions,
        percent(stages),
        stages,
        trainer(),
        health,
        predictor,
        new ArtifactReference(folder.toString(), last == null ? null : last.digest()),
        cost());
  }

  private List<Condition> conditions(Quality.@Nullable Verdict health) {
    Conditions conditions = new Conditions(previous, generation, now);
    if (outcome instanceof Outcome.Completed) {
      conditions.completed("The supernet and its predictors are ready for searches");
    } else if (outcome instanceof Outcome.Running running) {
      conditions.running(running.reason(), running.message());
    } else if (outcome instanceof Outcome.Suspended suspended) {
      conditions.suspended(suspended.message());
    } else if (outcome instanceof Outcome.Stalled stalled) {
      conditions.stalled(stalled.reason(), stalled.message(), stalled.remedy());
    }
    if (health != null) {
      conditions.set(
          Conditions.HEALTHY,
          health.healthy() ? "True" : "False",
          health.reason(),
          health.message());
    }
    return conditions.list();
  }

  private StageStatus stage(StageObservation observed) {
    Stage stage = observed.stage();
    Optional<ObservedJob> job = world.job(stage);
    StageState state = state(observed);
    return new StageStatus(
        stage.displayName(),
        state,
        percent(observed, job, state),
        job.map(ObservedJob::name).orElse(null),
        samples(observed),
        job.map(ObservedJob::failedShards).filter(failed -> failed > 0).orElse(null),
        job.map(ObservedJob::startTime).map(Instant::toString).orElse(null),
        job.map(ObservedJob::endTime).map(Instant::toString).orElse(null),
        message(observed, state));
  }

  private StageState state(StageObservation observed) {
    if (observed.seal() == Seal.GOOD) {
      return StageState.SUCCEEDED;
    }
    boolean current = world.current().map(stage -> stage.stage() == observed.stage()).orElse(false);
    if (!current) {
      return StageState.PENDING;
    }
    if (outcome instanceof Outcome.Stalled) {
      return StageState.FAILED;
    }
    return outcome instanceof Outcome.Suspended ? StageState.SUSPENDED : StageState.RUNNING;
  }

  private static int percent(
      StageObservation observed, Optional<ObservedJob> job, StageState state) {
    if (state == StageState.SUCCEEDED) {
      return 100;
    }
    Progress progress = observed.progress();
    if (progress != null && job.isPresent()) {
      return (int) Math.min(99, Math.floor(progress.fraction() * 100));
    }
    return 0;
  }

  private static @Nullable Long samples(StageObservation observed) {
    if (!observed.stage().sharded()) {
      return null;
    }
    if (observed.manifest() != null) {
      return observed.manifest().counts().get("samples");
    }
    Progress progress = observed.progress();
    return progress == null || progress.samplesDone() == null
        ? null
        : progress.samplesDone().longValue();
  }

  private @Nullable String message(StageObservation observed, StageState state) {
    if (state == StageState.FAILED && outcome instanceof Outcome.Stalled stalled) {
      return cut(stalled.message());
    }
    Progress progress = observed.progress();
    return progress == null ? null : cut(progress.message());
  }

  private static String cut(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
  }

  private static int percent(List<StageStatus> stages) {
    int sum = 0;
    for (StageStatus stage : stages) {
      int weight = WEIGHTS.getOrDefault(Stage.ofDisplayName(stage.name()).orElseThrow(), 0);
      sum += weight * stage.progressPercent();
    }
    return sum / 100;
  }

  private @Nullable TrainerStatus trainer() {
    Progress progress =
        outcome instanceof Outcome.Running running ? world.stage(running.stage()).progress() : null;
    if (progress == null) {
      return null;
    }
    TrainerStatus trainer =
        new TrainerStatus(
            progress.epoch(),
            progress.epochs(),
            decimal(progress.loss()),
            decimal(progress.accuracy()),
            progress.etaSeconds());
    // Server-side apply turns an object that lost all its fields into null, which is refused.
    return trainer.equals(NOTHING) ? null : trainer;
  }

  private static @Nullable String decimal(@Nullable Double value) {
    return value == null || !Double.isFinite(value)
        ? null
        : String.format(Locale.ROOT, "%.4f", value);
  }

  private TrainingCost cost() {
    return new TrainingCost(workerSeconds(world, now));
  }

  /**
   * Seconds of work behind finished stages and in running Jobs. The latter count in steps, so that
   * the passing of time alone hardly ever changes a status.
   */
  public static long workerSeconds(TrainingWorld world, Instant now) {
    double seconds = 0;
    for (StageObservation stage : world.stages()) {
      seconds += stage.workerSeconds();
    }
    for (ObservedJob job : world.jobs()) {
      Instant start = job.startTime();
      if (job.active() && start != null) {
        long running = Math.max(0, Duration.between(start, now).toSeconds());
        seconds += (running - running % RUNNING_STEP_SECONDS) * workers(job);
      }
    }
    return Math.round(seconds);
  }

  private static int workers(ObservedJob job) {
    return job.kind() == WorkKind.TRAIN_JOB ? Math.max(1, job.pods()) : 1;
  }
}
