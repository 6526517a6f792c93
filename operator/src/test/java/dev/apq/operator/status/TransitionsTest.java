package dev.apq.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which Events tell of stages. */
class TransitionsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:02:05Z");

  @Test
  void eachStageThatEndsIsToldOnceWithItsOutcomeAndDuration() {
    StageStatus running = stage("Verify", StageState.RUNNING, "2026-01-01T00:00:00Z", null, "x");
    StageStatus searched =
        stage(
            "Search",
            StageState.SUCCEEDED,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:03Z",
            "9 policies predicted in 0.40 s");
    StageStatus ended = stage("Verify", StageState.SUCCEEDED, "2026-01-01T00:00:00Z", null, "good");

    assertThat(events(List.of(running), List.of(searched, running)))
        .containsExactly(
            "Normal StageSucceeded Search succeeded after 3 s: 9 policies predicted in 0.40 s");
    assertThat(events(List.of(searched, running), List.of(searched, ended)))
        .containsExactly("Normal StageSucceeded Verify succeeded after 2 min 5 s: good");
    assertThat(events(List.of(searched, ended), List.of(searched, ended))).isEmpty();
  }

  @Test
  void aStageThatFailsIsAWarning() {
    StageStatus failed =
        stage(
            "Verify",
            StageState.FAILED,
            "2026-01-01T00:00:00Z",
            "2026-01-01T00:00:59Z",
            "none of the 3 policies could be measured");
    assertThat(events(List.of(), List.of(failed)))
        .containsExactly(
            "Warning StageFailed Verify failed after 59 s: none of the 3 policies could be"
                + " measured");
  }

  @Test
  void aStageWhoseArtifactsWereThereSaysSo() {
    assertThat(events(List.of(), List.of(stage("Train", StageState.SUCCEEDED, null, null, null))))
        .containsExactly("Normal StageSucceeded Train succeeded without a Job of its own");
  }

  private static StageStatus stage(
      String name,
      StageState state,
      @Nullable String start,
      @Nullable String end,
      @Nullable String message) {
    return new StageStatus(name, state, 100, null, null, null, start, end, message);
  }

  private static List<String> events(List<StageStatus> before, List<StageStatus> after) {
    List<String> events = new ArrayList<>();
    try (var client = new KubernetesClientBuilder().build()) {
      EventRecorder recorder =
          new EventRecorder(client, Clock.systemUTC()) {
            @Override
            public void normal(HasMetadata about, String reason, String message) {
              events.add("Normal " + reason + " " + message);
            }

            @Override
            public void warning(HasMetadata about, String reason, String message) {
              events.add("Warning " + reason + " " + message);
            }
          };
      new Transitions(recorder).announce(new ApqSearch(), before, after, NOW);
    }
    return events;
  }
}
