package dev.apq.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.core.contract.Stage;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StageMetersTest {
  private static final Job JOB =
      new JobBuilder()
          .withNewMetadata()
          .withName("t-train")
          .withCreationTimestamp("2026-01-01T00:00:00Z")
          .endMetadata()
          .build();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StageMeters meters = new StageMeters(registry);

  @Test
  void everyStageStartsAtZeroSoThatTheFirstEndIsAnIncrease() {
    assertThat(registry.find("apq.stage").timers())
        .hasSize(Stage.values().length)
        .allMatch(timer -> timer.count() == 0);
    assertThat(registry.find("apq.job.queue").timers()).hasSize(Stage.values().length);
  }

  @Test
  void aStageThatHasEndedIsCountedOnceWithItsTimeAndItsWait() {
    List<StageStatus> running =
        List.of(stage("Train", StageState.RUNNING, "2026-01-01T00:00:07Z", null));
    List<StageStatus> ended =
        List.of(
            stage("Train", StageState.SUCCEEDED, "2026-01-01T00:00:07Z", "2026-01-01T00:01:07Z"));

    List<StageStatus> sealed =
        List.of(stage("Train", StageState.SUCCEEDED, "2026-01-01T00:00:07Z", null));

    meters.ended(List.of(), running, List.of(JOB));
    meters.ended(running, sealed, List.of(JOB));
    assertNothingCounted();
    meters.ended(sealed, ended, List.of(JOB));
    meters.ended(ended, ended, List.of(JOB));

    var duration = registry.get("apq.stage").tag("stage", "Train").timer();
    assertThat(duration.count()).isOne();
    assertThat(duration.totalTime(TimeUnit.SECONDS)).isEqualTo(60);
    var wait = registry.get("apq.job.queue").tag("stage", "Train").timer();
    assertThat(wait.count()).isOne();
    assertThat(wait.totalTime(TimeUnit.SECONDS)).isEqualTo(7);
  }

  @Test
  void aStageFoundInTheStoreAndOneWithTimesThatMakeNoSenseCountNothing() {
    meters.ended(
        List.of(),
        List.of(
            stage("Collect", StageState.SUCCEEDED, null, null),
            stage("Train", StageState.SUCCEEDED, "2026-01-01T00:00:07Z", "2025-01-01T00:00:00Z"),
            stage("TrainPredictor", StageState.SUCCEEDED, "yesterday", "2026-01-01T00:00:00Z")),
        List.of());
    assertNothingCounted();
  }

  private void assertNothingCounted() {
    assertThat(registry.getMeters())
        .isNotEmpty()
        .allMatch(meter -> meter instanceof Timer timer && timer.count() == 0);
  }

  private static StageStatus stage(
      String name, StageState state, @Nullable String start, @Nullable String end) {
    return new StageStatus(name, state, 0, "t-train", null, null, start, end, null);
  }
}
