package dev.apq.operator.metrics;

import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.core.contract.Stage;
import dev.apq.operator.status.StageEnds;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long stages took and how long their Jobs waited to start. A stage is counted once, by whoever
 * writes the status in which it has ended; one that is found finished in the store took no time and
 * is not counted.
 */
@Singleton
public class StageMeters {
  private static final String DURATION = "apq.stage";
  private static final String WAIT = "apq.job.queue";

  private final MeterRegistry registry;

  /** With the registry of the operator, in which every stage starts at zero. */
  @Inject
  public StageMeters(MeterRegistry registry) {
    this.registry = registry;
    // An increase is seen only of a series that was there before.
    for (Stage stage : Stage.values()) {
      timer(DURATION, stage.displayName());
      timer(WAIT, stage.displayName());
    }
  }

  private Timer timer(String meter, String stage) {
    return registry.timer(meter, "stage", stage);
  }

  /**
   * Counts the stages that have ended between two statuses.
   *
   * @param jobs Jobs of the resource; a stage without one has waited for none
   */
  public void ended(
      List<StageStatus> before, List<StageStatus> after, Collection<? extends HasMetadata> jobs) {
    for (StageStatus stage : StageEnds.between(before, after)) {
      record(DURATION, stage, time(stage.startTime()), time(stage.completionTime()));
      record(WAIT, stage, created(jobs, stage.job()), time(stage.startTime()));
    }
  }

  private void record(
      String meter, StageStatus stage, Optional<Instant> start, Optional<Instant> end) {
    if (start.isPresent() && end.isPresent() && !end.get().isBefore(start.get())) {
      timer(meter, stage.name()).record(Duration.between(start.get(), end.get()));
    }
  }

  private static Optional<Instant> created(
      Collection<? extends HasMetadata> jobs, @Nullable String name) {
    return jobs.stream()
        .filter(job -> job.getMetadata().getName().equals(name))
        .findFirst()
        .flatMap(job -> time(job.getMetadata().getCreationTimestamp()));
  }

  private static Optional<Instant> time(@Nullable String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
