package dev.apq.kubectl.transfer;

import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Pod that runs to its end and is then removed. It is asked for by name again and again, because
 * watching would need one more right.
 */
public final class PodRun implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Set<String> HOPELESS =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "CreateContainerConfigError",
          "CreateContainerError");

  private final KubernetesClient client;
  private final InstantSource clock;
  private final String namespace;
  private final String name;

  /** A Pod that exists or is about to. */
  public PodRun(KubernetesClient client, InstantSource clock, String namespace, String name) {
    this.client = client;
    this.clock = clock;
    this.namespace = namespace;
    this.name = name;
  }

  /**
   * Waits for its end.
   *
   * @param meanwhile is run again and again
   * @throws PluginException if it fails, cannot start or does not end in time
   */
  public void await(Duration timeout, Runnable meanwhile) throws InterruptedException {
    Instant deadline = clock.instant().plus(timeout);
    for (; ; ) {
      PodStatus status = status();
      String phase = Objects.requireNonNullElse(status.getPhase(), "Pending");
      if (phase.equals("Succeeded")) {
        return;
      }
      if (phase.equals("Failed")) {
        throw failed(status);
      }
      Optional<String> obstacle = obstacle(status);
      if (obstacle.filter(reason -> HOPELESS.stream().anyMatch(reason::startsWith)).isPresent()) {
        throw stuck(obstacle.get());
      }
      if (clock.instant().isAfter(deadline)) {
        throw stuck(obstacle.orElse("it is " + phase) + " after " + timeout.toSeconds() + " s");
      }
      meanwhile.run();
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private PodStatus status() {
    Pod pod = client.pods().inNamespace(namespace).withName(name).get();
    if (pod == null) {
      throw new PluginException(
          ExitStatus.FAILED,
          "the Pod " + name + " was deleted before it had ended",
          "run the command again");
    }
    return pod.getStatus();
  }

  private PluginException failed(PodStatus status) {
    String log =
        containers(status)
            .filter(container -> exitCode(container) != 0)
            .map(container -> log(container.getName()))
            .findFirst()
            .orElse("");
    String error = said(log, "error: ").orElse("");
    String remedy = said(log, "remedy: ").orElse("see kubectl describe and the image's log");
    if (error.isEmpty()) {
      error =
          Stream.concat(
                  Stream.ofNullable(status.getMessage()),
                  containers(status)
                      .map(ContainerStatus::getState)
                      .map(ContainerState::getTerminated)
                      .filter(Objects::nonNull)
                      .map(end -> "exit status " + end.getExitCode() + " " + end.getMessage()))
              .findFirst()
              .orElse("it failed");
      if (error.contains("exit status 64 ") || error.contains("exit status 2 ")) {
        remedy = "the image does not know this command; name a newer worker with --image";
      }
    }
    return new PluginException(ExitStatus.FAILED, "the Pod " + name + ": " + error, remedy);
  }

  /** How a container ended; 0 if it has not. */
  private static int exitCode(ContainerStatus container) {
    ContainerState state = container.getState();
    return state == null || state.getTerminated() == null ? 0 : state.getTerminated().getExitCode();
  }

  private static Optional<String> said(String log, String word) {
    return log.lines()
        .filter(line -> line.startsWith(word))
        .findFirst()
        .map(line -> line.substring(word.length()));
  }

  private PluginException stuck(String reason) {
    return new PluginException(
        ExitStatus.FAILED,
        "the Pod " + name + " does not start: " + reason,
        "name another image with --image or another claim with --claim, or wait longer with"
            + " --timeout");
  }

  private static Optional<String> obstacle(PodStatus status) {
    Optional<String> waiting =
        containers(status)
            .map(ContainerStatus::getState)
            .filter(Objects::nonNull)
            .map(ContainerState::getWaiting)
            .filter(Objects::nonNull)
            .map(state -> text(state.getReason(), state.getMessage()))
            .findFirst();
    if (waiting.isPresent()) {
      return waiting;
    }
    return Objects.requireNonNullElse(status.getConditions(), java.util.List.<PodCondition>of())
        .stream()
        .filter(condition -> "PodScheduled".equals(condition.getType()))
        .filter(condition -> "False".equals(condition.getStatus()))
        .map(condition -> text(condition.getReason(), condition.getMessage()))
        .findFirst();
  }

  private static Stream<ContainerStatus> containers(PodStatus status) {
    return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
        .filter(Objects::nonNull)
        .flatMap(list -> list.stream());
  }

  private static String text(@Nullable String reason, @Nullable String message) {
    String text = Objects.requireNonNullElse(reason, "");
    return message == null || message.isEmpty() ? text : text + ": " + message;
  }

  /** What a container has written, errors and output together; nothing before it has started. */
  public String log(String container) {
    try {
      return Objects.requireNonNullElse(
          client.raw(
              "/api/v1/namespaces/" + namespace + "/pods/" + name + "/log?container=" + container),
          "");
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST) {
        return "";
      }
      throw e;
    }
  }

  /** Removes it, whatever it does. */
  @Override
  public void close() {
    try {
      client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }
}
