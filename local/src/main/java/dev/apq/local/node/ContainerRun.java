package dev.apq.local.node;

import dev.apq.local.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One container of a Pod over all its runs. Confined to the Pod's thread. */
final class ContainerRun {
  private final Container container;
  private RunState state = new RunState.Waiting("PodInitializing", "");
  private RunState.@Nullable Terminated last;
  private @Nullable ChildProcess process;
  private Instant notBefore = Instant.MIN;
  private int restarts;
  private int shortRuns;

  ContainerRun(Container container) {
    this.container = container;
  }

  Container container() {
    return container;
  }

  ContainerReport report() {
    return new ContainerReport(container.getName(), container.getImage(), state, last, restarts);
  }

  @Nullable ChildProcess process() {
    return process;
  }

  boolean running() {
    return state instanceof RunState.Running;
  }

  boolean waiting() {
    return state instanceof RunState.Waiting;
  }

  boolean succeeded() {
    return state instanceof RunState.Terminated t && t.exitCode() == 0;
  }

  /** When it may be started (again). */
  Instant notBefore() {
    return notBefore;
  }

  void started(ChildProcess child, Instant now) {
    process = child;
    if (last != null) {
      restarts++;
    }
    state = new RunState.Running(now, child.pid());
  }

  /** Why it cannot start yet, and when to try again. */
  void held(String reason, String message, Instant retryAt) {
    state = new RunState.Waiting(reason, message);
    notBefore = retryAt;
  }

  void ended(int exitCode, String message, Instant now) {
    Instant startedAt = state instanceof RunState.Running running ? running.startedAt() : now;
    process = null;
    terminated(exitCode, exitCode == 0 ? "Completed" : "Error", message, startedAt, now);
  }

  /** It could not be started at all, like an image without the program it names. */
  void unstartable(String message, Instant now) {
    terminated(128, "StartError", message, now, now);
  }

  /** It was never seen to end. */
  void lost(Instant now) {
    process = null;
    terminated(
        137,
        "ContainerStatusUnknown",
        "The container could not be located when the pod was terminated",
        now,
        now);
  }

  private void terminated(int code, String reason, String message, Instant from, Instant to) {
    state = new RunState.Terminated(code, reason, message, from, to);
  }

  /** Puts an ended container back in line. */
  void restartAfter(RestartBackoff backoff, Instant now) {
    if (!(state instanceof RunState.Terminated ended)) {
      return;
    }
    Duration ran = Duration.between(ended.startedAt(), ended.finishedAt());
    shortRuns = ran.compareTo(backoff.forgetAfter()) >= 0 ? 1 : shortRuns + 1;
    Duration delay = backoff.delay(shortRuns);
    last = ended;
    held(
        "CrashLoopBackOff",
        "back-off " + delay.toSeconds() + "s restarting container " + container.getName(),
        now.plus(delay));
  }
}
