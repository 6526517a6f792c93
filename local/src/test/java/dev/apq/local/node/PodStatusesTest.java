package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodStatusesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = Instant.parse("2026-01-01T00:10:00Z");
  private final PodStatuses statuses = new PodStatuses("127.0.0.1");

  @Test
  void carriesExitCodeReasonMessageAndTimes() {
    RunState.Terminated end = new RunState.Terminated(66, "Error", "no such file", START, LATER);
    PodStatus status =
        statuses.of(
            PodReportTest.report(
                RestartPolicy.NEVER, List.of(), List.of(PodReportTest.container(end))),
            null,
            LATER);

    ContainerStatus container = status.getContainerStatuses().get(0);
    assertThat(status.getPhase()).isEqualTo("Failed");
    assertThat(container.getReady()).isFalse();
    assertThat(container.getState().getTerminated())
        .extracting("exitCode", "reason", "message", "startedAt", "finishedAt")
        .containsExactly(66, "Error", "no such file", START.toString(), LATER.toString());
  }

  @Test
  void aPodIsReadyWhileAllItsContainersRun() {
    PodStatus running = status(new RunState.Running(START, 42), null, START);

    assertThat(condition(running, "Ready").getStatus()).isEqualTo("True");
    assertThat(running.getContainerStatuses().get(0).getContainerID()).isEqualTo("process://42");
    assertThat(condition(status(PodReportTest.exit(0), null, START), "Ready").getReason())
        .isEqualTo("PodCompleted");
  }

  @Test
  void aTransitionTimeMovesOnlyWhenTheConditionChanges() {
    PodStatus first = status(new RunState.Running(START, 42), null, START);
    PodStatus same = status(new RunState.Running(START, 42), first, LATER);
    PodStatus ended = status(PodReportTest.exit(0), same, LATER);

    assertThat(same).isEqualTo(first);
    assertThat(condition(ended, "Ready").getLastTransitionTime()).isEqualTo(LATER.toString());
    assertThat(condition(ended, "Initialized").getLastTransitionTime()).isEqualTo(START.toString());
  }

  @Test
  void theNodesFaultIsADisruption() {
    PodReport lost =
        new PodReport(
            RestartPolicy.NEVER,
            START,
            List.of(),
            List.of(PodReportTest.container(PodReportTest.exit(137))),
            new PodReport.Failure("Terminated", "node shutdown", true));

    PodStatus status = statuses.of(lost, null, START);

    assertThat(condition(status, "DisruptionTarget").getStatus()).isEqualTo("True");
    assertThat(condition(status, "DisruptionTarget").getReason()).isEqualTo("TerminationByKubelet");
    assertThat(status.getReason()).isEqualTo("Terminated");
  }

  private PodStatus status(RunState state, PodStatus previous, Instant now) {
    return statuses.of(
        PodReportTest.report(
            RestartPolicy.NEVER, List.of(), List.of(PodReportTest.container(state))),
        previous,
        now);
  }

  private static PodCondition condition(PodStatus status, String type) {
    return status.getConditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst()
        .orElseThrow();
  }
}
