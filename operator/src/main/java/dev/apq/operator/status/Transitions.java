package dev.apq.operator.status;

import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of changes of state, as an Event and in the log. */
@Singleton
public class Transitions {
  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

  private static final long MINUTE = 60;

  private final EventRecorder events;

  /** With the writer of Events. */
  @Inject
  public Transitions(EventRecorder events) {
    this.events = events;
  }

  /** Announces a changed reason of {@code Succeeded} and a lost {@code Healthy}. */
  public void announce(HasMetadata about, List<Condition> before, List<Condition> after) {
    Condition state = Conditions.find(after, Conditions.SUCCEEDED).orElseThrow();
    String reason = reason(before, Conditions.SUCCEEDED);
    if (!state.reason().equals(reason)) {
      LOG.info(
          "{} {}/{}: {}: {}",
          about.getKind(),
          about.getMetadata().getNamespace(),
          about.getMetadata().getName(),
          state.reason(),
          state.message());
      if (state.status().equals("False")) {
        events.warning(about, state.reason(), state.message());
      } else {
        events.normal(about, state.reason(), state.message());
      }
    }
    Optional<Condition> health = Conditions.find(after, Conditions.HEALTHY);
    if (health.isPresent()
        && health.get().status().equals("False")
        && !health.get().reason().equals(reason(before, Conditions.HEALTHY))) {
      events.warning(about, health.get().reason(), health.get().message());
    }
  }

  /** Announces each stage that has ended, with its outcome and how long it took. */
  public void announce(
      HasMetadata about, List<StageStatus> before, List<StageStatus> after, Instant now) {
    for (StageStatus stage : after) {
      boolean known =
          before.stream()
              .anyMatch(b -> b.name().equals(stage.name()) && b.state() == stage.state());
      String message = stage.message() == null ? "" : ": " + stage.message();
      if (!known && stage.state() == StageState.SUCCEEDED) {
        events.normal(
            about, "StageSucceeded", stage.name() + " succeeded " + took(stage, now) + message);
      } else if (!known && stage.state() == StageState.FAILED) {
        events.warning(
            about, "StageFailed", stage.name() + " failed " + took(stage, now) + message);
      }
    }
  }

  private static String took(StageStatus stage, Instant now) {
    if (stage.startTime() == null) {
      return "without a Job of its own";
    }
    Instant end = stage.completionTime() == null ? now : Instant.parse(stage.completionTime());
    long seconds = Math.max(0, Duration.between(Instant.parse(stage.startTime()), end).toSeconds());
    return seconds < MINUTE
        ? "after " + seconds + " s"
        : "after " + seconds / MINUTE + " min " + seconds % MINUTE + " s";
  }

  private static String reason(List<Condition> conditions, String type) {
    return Conditions.find(conditions, type).map(Condition::reason).orElse("");
  }
}
