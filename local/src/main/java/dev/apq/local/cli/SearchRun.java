package dev.apq.local.cli;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.TrainerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One look at a search and the training behind it.
 *
 * @param search the search as the API server has it
 * @param training its supernet, if it exists yet
 */
record SearchRun(ApqSearch search, @Nullable SupernetTraining training) {

  boolean succeeded() {
    return condition(searchConditions(), "Succeeded")
        .filter(c -> c.status().equals("True"))
        .isPresent();
  }

  /** Why it cannot go on without help, if so. */
  Optional<String> failure() {
    List<Condition> all = new ArrayList<>(searchConditions());
    SupernetTraining source = training;
    if (source != null && source.getStatus() != null) {
      all.addAll(source.getStatus().conditions());
    }
    return condition(all, "Stalled")
        .filter(c -> c.status().equals("True"))
        .map(c -> c.reason() + ": " + c.message());
  }

  /** What happens now, for a person who waits: stage, percent, time left. */
  String now() {
    Optional<StageStatus> stage = runningStage();
    ApqSearchStatus status = search.getStatus();
    if (stage.isPresent()) {
      StringBuilder text =
          new StringBuilder(
              "%-18s %3d%%".formatted(stage.get().name(), stage.get().progressPercent()));
      SupernetTraining source = training;
      if (source != null && source.getStatus() != null && source.getStatus().trainer() != null) {
        append(text, source.getStatus().trainer());
      }
      if (stage.get().samples() != null && stage.get().samples() > 0) {
        text.append(", ").append(stage.get().samples()).append(" subnets measured");
      }
      return text.toString();
    }
    Optional<StageStatus> verify = verification();
    if (verify.isPresent() && verify.get().state() == StageState.RUNNING) {
      String message = verify.get().message();
      return "%-18s %3d%%%s"
          .formatted(
              verify.get().name(),
              verify.get().progressPercent(),
              message == null ? "" : ", " + message);
    }
    if (status != null && status.search() != null) {
      return "%-18s %3d%%, generation %d of %d, %d policies predicted"
          .formatted(
              "Search",
              100 * status.search().generation() / Math.max(1, status.search().generations()),
              status.search().generation(),
              status.search().generations(),
              status.search().evaluations());
    }
    return condition(searchConditions(), "Succeeded").map(Condition::reason).orElse("Accepted");
  }

  /** The same in steps of twenty percent, for logs. */
  String milestone() {
    return runningStage()
        .or(() -> verification().filter(stage -> stage.state() == StageState.RUNNING))
        .map(stage -> stage.name() + stage.progressPercent() / 20)
        .orElseGet(() -> now().replaceAll("\\d.*", ""));
  }

  /** Stages of the training and of the search that have ended, in order. */
  List<StageStatus> finishedStages() {
    return Stream.concat(stages().stream(), searchStages().stream())
        .filter(stage -> stage.state() == StageState.SUCCEEDED)
        .toList();
  }

  /** The search's stages: what it waits for, the search itself, and its verification. */
  private List<StageStatus> searchStages() {
    ApqSearchStatus status = search.getStatus();
    return status == null ? List.of() : status.stages();
  }

  private Optional<StageStatus> verification() {
    return searchStages().stream().filter(stage -> stage.name().equals("Verify")).findFirst();
  }

  private Optional<StageStatus> runningStage() {
    return stages().stream().filter(stage -> stage.state() == StageState.RUNNING).findFirst();
  }

  private List<StageStatus> stages() {
    SupernetTraining source = training;
    return source == null || source.getStatus() == null ? List.of() : source.getStatus().stages();
  }

  private static void append(StringBuilder text, TrainerStatus trainer) {
    if (trainer.epoch() != null && trainer.epochs() != null) {
      text.append(", epoch ").append(trainer.epoch()).append(" of ").append(trainer.epochs());
    }
    if (trainer.accuracy() != null) {
      text.append(", accuracy ").append(trainer.accuracy());
    }
    if (trainer.etaSeconds() != null) {
      text.append(", ").append(duration(Duration.ofSeconds(trainer.etaSeconds()))).append(" left");
    }
  }

  /** Minutes and seconds. */
  static String duration(Duration time) {
    return time.toMinutes() == 0
        ? time.toSeconds() + " s"
        : time.toMinutes() + " min " + time.toSecondsPart() + " s";
  }

  private List<Condition> searchConditions() {
    ApqSearchStatus status = search.getStatus();
    return status == null ? List.of() : status.conditions();
  }

  private static Optional<Condition> condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
  }
}
