package dev.apq.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.local.node.RunState.Running;
import dev.apq.local.node.RunState.Terminated;
import dev.apq.local.node.RunState.Waiting;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodReportTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final RunState WAITING = new Waiting("ContainerCreating", "");
  private static final RunState RUNNING = new Running(NOW, 42);

  @Test
  void isPendingUntilEveryContainerHasStarted() {
    assertThat(phase(RestartPolicy.NEVER, RUNNING, WAITING)).isEqualTo("Pending");
    assertThat(phase(RestartPolicy.NEVER, RUNNING, RUNNING)).isEqualTo("Running");
  }

  @Test
  void isRunningWhileOneContainerRuns() {
    assertThat(phase(RestartPolicy.NEVER, exit(1), RUNNING)).isEqualTo("Running");
  }

  @Test
  void endsByItsContainersUnlessTheyAreRestarted() {
    assertThat(phase(RestartPolicy.NEVER, exit(0), exit(0))).isEqualTo("Succeeded");
    assertThat(phase(RestartPolicy.NEVER, exit(0), exit(1))).isEqualTo("Failed");
    assertThat(phase(RestartPolicy.ON_FAILURE, exit(0), exit(0))).isEqualTo("Succeeded");
    assertThat(phase(RestartPolicy.ON_FAILURE, exit(0), exit(1))).isEqualTo("Running");
    assertThat(phase(RestartPolicy.ALWAYS, exit(0), exit(0))).isEqualTo("Running");
  }

  @Test
  void aContainerThatWaitsForItsRestartCountsAsStarted() {
    ContainerReport crashed = new ContainerReport("c", "image", WAITING, (Terminated) exit(1), 1);

    assertThat(report(RestartPolicy.ALWAYS, List.of(), List.of(crashed)).phase())
        .isEqualTo("Running");
  }

  @Test
  void aFailedInitContainerEndsThePodOnlyWhenItIsNotRetried() {
    List<ContainerReport> init = List.of(container(exit(1)));
    List<ContainerReport> main = List.of(container(WAITING));

    assertThat(report(RestartPolicy.NEVER, init, main).phase()).isEqualTo("Failed");
    assertThat(report(RestartPolicy.ON_FAILURE, init, main).phase()).isEqualTo("Pending");
  }

  @Test
  void aReasonOfThePodsOwnOutweighsItsContainers() {
    PodReport lost =
        new PodReport(
            RestartPolicy.ALWAYS,
            NOW,
            List.of(),
            List.of(container(RUNNING)),
            new PodReport.Failure("DeadlineExceeded", "too late", false));

    assertThat(lost.phase()).isEqualTo("Failed");
    assertThat(lost.terminal()).isTrue();
  }

  private static String phase(RestartPolicy policy, RunState... states) {
    return report(
            policy, List.of(), List.of(states).stream().map(PodReportTest::container).toList())
        .phase();
  }

  static PodReport report(
      RestartPolicy policy, List<ContainerReport> init, List<ContainerReport> main) {
    return new PodReport(policy, NOW, init, main, null);
  }

  static ContainerReport container(RunState state) {
    return new ContainerReport("c", "image", state, null, 0);
  }

  static RunState exit(int code) {
    return new Terminated(code, code == 0 ? "Completed" : "Error", "", NOW, NOW);
  }
}
