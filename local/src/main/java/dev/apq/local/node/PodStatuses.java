package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns reports into the {@code status} that the API server and the Job controller expect. */
final class PodStatuses {
  private final String address;

  /** For a node at {@code address}; its Pods share that address. */
  PodStatuses(String address) {
    this.address = address;
  }

  /**
   * The status of a Pod.
   *
   * @param previous what was reported last, whose transition times stay where nothing changed
   */
  PodStatus of(PodReport report, @Nullable PodStatus previous, Instant now) {
    PodStatusBuilder status =
        new PodStatusBuilder()
            .withPhase(report.phase())
            .withHostIP(address)
            .addNewHostIP(address)
            .withPodIP(address)
            .addNewPodIP(address)
            .withStartTime(time(report.startedAt()))
            .withConditions(conditions(report, previous, now))
            .withInitContainerStatuses(
                report.init().stream().map(c -> container(c, c.succeeded())).toList())
            .withContainerStatuses(
                report.main().stream().map(c -> container(c, c.running())).toList());
    if (report.failure() != null && !report.failure().reason().isEmpty()) {
      status.withReason(report.failure().reason()).withMessage(report.failure().message());
    }
    return status.build();
  }

  private static List<PodCondition> conditions(
      PodReport report, @Nullable PodStatus previous, Instant now) {
    boolean ready =
        !report.terminal()
            && report.initialized()
            && report.main().stream().allMatch(ContainerReport::running);
    String unready = report.terminal() ? "PodCompleted" : "ContainersNotReady";
    List<PodCondition> conditions = new ArrayList<>();
    conditions.add(
        condition(
            "Initialized", report.initialized(), "ContainersNotInitialized", "", previous, now));
    conditions.add(condition("ContainersReady", ready, unready, "", previous, now));
    conditions.add(condition("Ready", ready, unready, "", previous, now));
    PodReport.Failure failure = report.failure();
    if (failure != null && failure.disruption()) {
      PodCondition disruption =
          condition("DisruptionTarget", true, "", failure.message(), previous, now);
      disruption.setReason("TerminationByKubelet");
      conditions.add(disruption);
    }
    return conditions;
  }

  private static PodCondition condition(
      String type,
      boolean holds,
      String reasonIfNot,
      String message,
      @Nullable PodStatus previous,
      Instant now) {
    String value = holds ? "True" : "False";
    String since =
        previous == null
            ? time(now)
            : previous.getConditions().stream()
                .filter(c -> c.getType().equals(type) && Objects.equals(c.getStatus(), value))
                .map(PodCondition::getLastTransitionTime)
                .findFirst()
                .orElse(time(now));
    return new PodConditionBuilder()
        .withType(type)
        .withStatus(value)
        .withReason(holds ? null : reasonIfNot)
        .withMessage(message.isEmpty() ? null : message)
        .withLastTransitionTime(since)
        .build();
  }

  private static ContainerStatus container(ContainerReport report, boolean ready) {
    ContainerStatusBuilder status =
        new ContainerStatusBuilder()
            .withName(report.name())
            .withImage(report.image())
            .withImageID("")
            .withReady(ready)
            .withStarted(report.running())
            .withRestartCount(report.restarts())
            .withState(state(report.state()));
    if (report.state() instanceof RunState.Running running) {
      status.withContainerID("process://" + running.pid());
    }
    if (report.last() != null) {
      status.withLastState(state(report.last()));
    }
    return status.build();
  }

  private static ContainerState state(RunState state) {
    ContainerStateBuilder builder = new ContainerStateBuilder();
    if (state instanceof RunState.Waiting waiting) {
      return builder.withNewWaiting(waiting.message(), waiting.reason()).build();
    }
    if (state instanceof RunState.Running running) {
      return builder.withNewRunning(time(running.startedAt())).build();
    }
    RunState.Terminated ended = (RunState.Terminated) state;
    return builder
        .withNewTerminated()
        .withExitCode(ended.exitCode())
        .withReason(ended.reason())
        .withMessage(ended.message().isEmpty() ? null : ended.message())
        .withStartedAt(time(ended.startedAt()))
        .withFinishedAt(time(ended.finishedAt()))
        .endTerminated()
        .build();
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
