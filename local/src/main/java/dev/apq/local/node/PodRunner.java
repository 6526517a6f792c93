package dev.apq.local.node;

import dev.apq.local.process.ChildProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs one Pod from its arrival on the node to its last status. All its state is confined to the
 * thread that calls {@link #run}; everybody else sends events.
 */
final class PodRunner implements Runnable {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration SHUTDOWN_GRACE = Duration.ofSeconds(10);
  private static final long DEFAULT_GRACE_SECONDS = 30;

  private sealed interface Event {
    record Changed(Pod pod) implements Event {}

    record Exited(ContainerRun run, ChildProcess process, int exitCode) implements Event {}

    record Gone() implements Event {}

    record ShutDown() implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ContainerLauncher launcher;
  private final PodVolumes volumes;
  private final NodePaths paths;
  private final PodReporter reporter;
  private final RestartBackoff backoff;
  private final Clock clock;
  private final RestartPolicy policy;
  private final List<ContainerRun> init;
  private final List<ContainerRun> main;
  private final Instant startedAt;
  private Pod pod;
  private PodReport.@Nullable Failure failure;
  private boolean gone;

  PodRunner(
      Pod pod,
      ContainerLauncher launcher,
      PodVolumes volumes,
      NodePaths paths,
      PodReporter reporter,
      RestartBackoff backoff,
      Clock clock) {
    this.pod = pod;
    this.launcher = launcher;
    this.volumes = volumes;
    this.paths = paths;
    this.reporter = reporter;
    this.backoff = backoff;
    this.clock = clock;
    this.policy = RestartPolicy.of(pod.getSpec().getRestartPolicy());
    this.init = pod.getSpec().getInitContainers().stream().map(ContainerRun::new).toList();
    this.main = pod.getSpec().getContainers().stream().map(ContainerRun::new).toList();
    String earlier = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
    this.startedAt = earlier == null ? clock.instant() : Instant.parse(earlier);
  }

  /** The Pod changed in the API server. */
  void changed(Pod latest) {
    events.add(new Event.Changed(latest));
  }

  /** The Pod no longer exists in the API server. */
  void gone() {
    events.add(new Event.Gone());
  }

  /** The node goes away: end the Pod and blame the node for it. */
  void shutDown() {
    events.add(new Event.ShutDown());
  }

  @Override
  public void run() {
    try {
      if (startedByAnEarlierAgent()) {
        lose("The node's agent was restarted; the Pod's processes ended with it");
      }
      while (!finished()) {
        advance();
        report();
        if (!finished()) {
          handle(events.poll(untilNextTimer().toMillis(), TimeUnit.MILLISECONDS));
        }
      }
      report();
      awaitReported();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      all().map(ContainerRun::process).forEach(PodRunner::kill);
    }
  }

  /** Does what is due: ends the Pod or starts containers. */
  private void advance() {
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      stop(grace());
    } else if (pastDeadline()) {
      failure =
          new PodReport.Failure(
              "DeadlineExceeded",
              "Pod was active on the node longer than the specified deadline",
              false);
      stop(grace());
    } else {
      startDue();
    }
  }

  private boolean finished() {
    return gone || currentReport().terminal();
  }

  private boolean startedByAnEarlierAgent() {
    return pod.getStatus() != null && pod.getStatus().getStartTime() != null;
  }

  private void lose(String message) {
    failure = new PodReport.Failure("Terminated", message, true);
    all().forEach(run -> run.lost(clock.instant()));
  }

  private void startDue() {
    Instant now = clock.instant();
    for (ContainerRun run : init) {
      if (!run.succeeded()) {
        startIfDue(run, now);
        return;
      }
    }
    main.forEach(run -> startIfDue(run, now));
  }

  private void startIfDue(ContainerRun run, Instant now) {
    if (!run.waiting() || run.notBefore().isAfter(now)) {
      return;
    }
    Container container = run.container();
    try {
      ChildProcess process = launcher.start(pod, container, volumes);
      run.started(process, now);
      process.exit().thenAccept(code -> events.add(new Event.Exited(run, process, code)));
    } catch (ContainerLauncher.UnknownImage e) {
      run.held("ImagePullBackOff", String.valueOf(e.getMessage()), now.plus(backoff.first()));
    } catch (NotYetPossible e) {
      run.held("CreateContainerConfigError", String.valueOf(e.getMessage()), now.plus(RETRY));
    } catch (KubernetesClientException | UncheckedIOException e) {
      // The node may read what its Pods refer to only once the authorizer knows of the Pod.
      run.held("ContainerCreating", String.valueOf(e.getMessage()), now.plus(RETRY));
    } catch (IOException e) {
      run.unstartable(String.valueOf(e.getMessage()), now);
      restartIfPolicySays(run, 128);
    }
  }

  private void handle(@Nullable Event event) {
    if (event instanceof Event.Changed changed) {
      pod = changed.pod();
    } else if (event instanceof Event.Exited exited) {
      ended(exited);
      restartIfPolicySays(exited.run(), exited.exitCode());
    } else if (event instanceof Event.Gone) {
      gone = true;
    } else if (event instanceof Event.ShutDown) {
      failure =
          new PodReport.Failure(
              "Terminated", "Pod was terminated in response to imminent node shutdown.", true);
      stop(SHUTDOWN_GRACE.compareTo(grace()) < 0 ? SHUTDOWN_GRACE : grace());
    }
  }

  private void ended(Event.Exited exited) {
    Container container = exited.run().container();
    boolean logsServe =
        exited.exitCode() != 0
            && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy());
    String message =
        TerminationMessage.read(
            paths.terminationLog(pod, container.getName()),
            paths.log(pod, container.getName()),
            logsServe);
    exited.run().ended(exited.exitCode(), message, clock.instant());
  }

  private void restartIfPolicySays(ContainerRun run, int exitCode) {
    boolean again = init.contains(run) ? policy.restartsInit(exitCode) : policy.restarts(exitCode);
    if (again) {
      run.restartAfter(backoff, clock.instant());
    }
  }

  /** Ends all processes: SIGTERM, and SIGKILL when {@code grace} is over or the Pod is gone. */
  private void stop(Duration grace) {
    all().map(ContainerRun::process).forEach(process -> signal(process, "TERM"));
    Instant deadline = clock.instant().plus(grace);
    try {
      while (all().anyMatch(ContainerRun::running)) {
        Duration left = Duration.between(clock.instant(), deadline);
        if (left.isNegative() || left.isZero() || gone) {
          all().map(ContainerRun::process).forEach(PodRunner::kill);
          left = RETRY;
        }
        Event event = events.poll(left.toMillis(), TimeUnit.MILLISECONDS);
        if (event instanceof Event.Exited exited) {
          ended(exited);
        } else if (event instanceof Event.Gone) {
          gone = true;
        } else if (event instanceof Event.Changed changed) {
          pod = changed.pod();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all().filter(ContainerRun::waiting).forEach(run -> run.lost(clock.instant()));
    if (failure == null && !currentReport().terminal()) {
      failure = PodReport.Failure.DELETED;
    }
  }

  private Duration grace() {
    Long deletion = pod.getMetadata().getDeletionGracePeriodSeconds();
    Long wanted = deletion != null ? deletion : pod.getSpec().getTerminationGracePeriodSeconds();
    return Duration.ofSeconds(wanted == null ? DEFAULT_GRACE_SECONDS : wanted);
  }

  private boolean pastDeadline() {
    Long seconds = pod.getSpec().getActiveDeadlineSeconds();
    return seconds != null && !clock.instant().isBefore(startedAt.plusSeconds(seconds));
  }

  private Duration untilNextTimer() {
    Instant now = clock.instant();
    Instant next = now.plus(Duration.ofMinutes(1));
    for (ContainerRun run : all().toList()) {
      if (run.waiting() && run.notBefore().isAfter(now) && run.notBefore().isBefore(next)) {
        next = run.notBefore();
      }
    }
    Long seconds = pod.getSpec().getActiveDeadlineSeconds();
    if (seconds != null && startedAt.plusSeconds(seconds).isBefore(next)) {
      next = startedAt.plusSeconds(seconds);
    }
    if (!reporter.delivered()) {
      next = now.plus(RETRY);
    }
    return Duration.between(now, next).plusMillis(1);
  }

  private void report() {
    if (!gone) {
      gone = !reporter.report(pod, currentReport());
    }
  }

  /** The last status decides over a Job: it is sent until it arrives or the Pod is gone. */
  private void awaitReported() throws InterruptedException {
    while (!gone && !reporter.delivered()) {
      if (events.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS) instanceof Event.Gone) {
        return;
      }
      report();
    }
  }

  private PodReport currentReport() {
    return new PodReport(
        policy,
        startedAt,
        init.stream().map(ContainerRun::report).toList(),
        main.stream().map(ContainerRun::report).toList(),
        failure);
  }

  private Stream<ContainerRun> all() {
    return Stream.concat(init.stream(), main.stream());
  }

  private static void signal(@Nullable ChildProcess process, String signal) {
    if (process != null) {
      process.signal(signal);
    }
  }

  private static void kill(@Nullable ChildProcess process) {
    signal(process, "KILL");
  }
}
