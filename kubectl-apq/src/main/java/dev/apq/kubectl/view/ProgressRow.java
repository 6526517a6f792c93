package dev.apq.kubectl.view;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.CostValue;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.api.v1alpha1.TrainerStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a resource is.
 *
 * @param namespace its namespace
 * @param kind short name of its kind
 * @param name its name
 * @param state reason of its Succeeded condition
 * @param health whether it is done, needs help or neither
 * @param stage what it does now
 * @param percent how far the whole is, 0..100
 * @param eta time to the end of the stage, if it is known
 * @param accuracy the answer's or the largest subnet's
 * @param limits costs of the answer against their limits, or the limits
 * @param age since it was created
 */
public record ProgressRow(
    String namespace,
    String kind,
    String name,
    String state,
    Health health,
    String stage,
    int percent,
    @Nullable Duration eta,
    String accuracy,
    String limits,
    Duration age) {

  /** How a resource fares. */
  public enum Health {
    /** Done. */
    DONE,
    /** Under way. */
    RUNNING,
    /** Cannot go on without help. */
    STALLED
  }

  /** The row of a training. */
  public static ProgressRow of(SupernetTraining training, Instant now) {
    SupernetTrainingStatus status = training.getStatus();
    List<Condition> conditions = status == null ? List.of() : status.conditions();
    Health health = health(conditions);
    TrainerStatus trainer = status == null ? null : status.trainer();
    String accuracy = "";
    if (status != null
        && status.supernet() != null
        && status.supernet().largestAccuracy() != null) {
      accuracy = status.supernet().largestAccuracy();
    } else if (trainer != null && trainer.accuracy() != null) {
      accuracy = trainer.accuracy();
    }
    return new ProgressRow(
        training.getMetadata().getNamespace(),
        "snt",
        training.getMetadata().getName(),
        state(conditions),
        health,
        health == Health.DONE ? "" : trainingStage(status, trainer),
        percent(status == null ? null : status.progressPercent()),
        health != Health.RUNNING || trainer == null || trainer.etaSeconds() == null
            ? null
            : Duration.ofSeconds(trainer.etaSeconds()),
        accuracy,
        "",
        age(training.getMetadata(), now));
  }

  /** The row of a search. */
  public static ProgressRow of(ApqSearch search, Instant now) {
    ApqSearchStatus status = search.getStatus();
    List<Condition> conditions = status == null ? List.of() : status.conditions();
    Health health = health(conditions);
    BestPolicy best = status == null ? null : status.best();
    String accuracy = "";
    if (best != null) {
      accuracy = best.accuracy();
    } else if (status != null
        && status.search() != null
        && status.search().bestAccuracy() != null) {
      accuracy = status.search().bestAccuracy();
    }
    return new ProgressRow(
        search.getMetadata().getNamespace(),
        "apqs",
        search.getMetadata().getName(),
        state(conditions),
        health,
        health == Health.DONE || status == null ? "" : searchStage(status),
        percent(status == null ? null : status.progressPercent()),
        null,
        accuracy,
        limits(search, best),
        age(search.getMetadata(), now));
  }

  private static String trainingStage(
      @Nullable SupernetTrainingStatus status, @Nullable TrainerStatus trainer) {
    Optional<StageStatus> running = status == null ? Optional.empty() : running(status.stages());
    String text = running.map(ProgressRow::describe).orElse("");
    return trainer == null || trainer.epoch() == null || trainer.epochs() == null
        ? text
        : text + ", epoch " + trainer.epoch() + "/" + trainer.epochs();
  }

  private static String searchStage(ApqSearchStatus status) {
    String text = running(status.stages()).map(ProgressRow::describe).orElse("");
    if (status.search() == null || status.best() != null) {
      return text;
    }
    String generation =
        "generation " + status.search().generation() + "/" + status.search().generations();
    return text.isEmpty() ? generation : text + ", " + generation;
  }

  private static Optional<StageStatus> running(List<StageStatus> stages) {
    return stages.stream().filter(stage -> stage.state() == StageState.RUNNING).findFirst();
  }

  private static String describe(StageStatus stage) {
    return stage.name() + " " + stage.progressPercent() + "%";
  }

  private static String limits(ApqSearch search, @Nullable BestPolicy best) {
    List<String> limits = new ArrayList<>();
    if (best == null) {
      search
          .getSpec()
          .constraints()
          .forEach(
              c ->
                  limits.add(
                      dev.apq.core.cost.Metric.valueOf(c.metric().name()).displayName()
                          + " <= "
                          + c.max()));
      return String.join(", ", limits);
    }
    for (CostValue cost : best.costs()) {
      if (cost.max() != null) {
        limits.add(
            AnswerText.metric(cost).displayName()
                + " "
                + cost.value()
                + "/"
                + cost.max()
                + " "
                + cost.unit());
      }
    }
    return String.join(", ", limits);
  }

  private static Health health(List<Condition> conditions) {
    if (is(conditions, "Succeeded")) {
      return Health.DONE;
    }
    return is(conditions, "Stalled") ? Health.STALLED : Health.RUNNING;
  }

  private static boolean is(List<Condition> conditions, String type) {
    return conditions.stream().anyMatch(c -> c.type().equals(type) && c.status().equals("True"));
  }

  private static String state(List<Condition> conditions) {
    return conditions.stream()
        .filter(condition -> condition.type().equals("Succeeded"))
        .map(Condition::reason)
        .findFirst()
        .orElse("Accepted");
  }

  private static int percent(@Nullable Integer percent) {
    return percent == null ? 0 : Math.max(0, Math.min(100, percent));
  }

  private static Duration age(ObjectMeta meta, Instant now) {
    String created = meta.getCreationTimestamp();
    return created == null ? Duration.ZERO : Duration.between(Instant.parse(created), now);
  }
}
