package dev.apq.operator.job;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.Failure;
import dev.apq.operator.status.Reasons;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks Pods, Events and the queue why a Job failed or does not start. Asked only then: a running
 * Job costs no request.
 */
@Singleton
public class PodDiagnosis {
  private static final long PODS_LOOKED_AT = 50L;
  private static final int MAX_MESSAGE = 700;

  /** Reasons of Events by which the makers of Pods say that they could not. */
  private static final Set<String> FAILED_CREATION =
      Set.of("FailedCreate", "TrainJobResourcesCreationFailed");

  private final KubernetesClient client;
  private final Kueue kueue;

  /** With the operator's client. */
  @Inject
  public PodDiagnosis(KubernetesClient client) {
    this.client = client;
    this.kueue = new Kueue(client);
  }

  /**
   * What was found.
   *
   * @param reason for machines
   * @param message for people
   */
  public record Finding(@Nullable String reason, @Nullable String message) {
    static final Finding NONE = new Finding(null, null);
  }

  /** Why ended work failed: the worker's own words if it left any. */
  Finding failure(WorkPods pods, @Nullable String reason, @Nullable String message) {
    return new Finding(
        reason,
        list(pods).stream()
            .flatMap(pod -> terminations(pod).stream())
            .filter(end -> end.getExitCode() != null && end.getExitCode() != 0)
            .max(Comparator.comparing(end -> Objects.requireNonNullElse(end.getFinishedAt(), "")))
            .map(PodDiagnosis::describe)
            .orElse(clean(Objects.requireNonNullElse(message, "no message"))));
  }

  /** Why work waits that is suspended, and in which queue. */
  Finding queued(HasMetadata job, @Nullable String since) {
    Map<String, String> labels = job.getMetadata().getLabels();
    String queue = labels == null ? null : labels.get(Kueue.QUEUE);
    String time = since == null ? "" : " since " + since;
    String where =
        queue == null
            ? job.getKind() + " " + job.getMetadata().getName() + " is suspended" + time
            : "Waiting in queue " + queue + time;
    return new Finding(
        Reasons.WAITING_FOR_ADMISSION,
        clean(where + kueue.reasonOfWait(job).map(reason -> ": " + reason).orElse("")));
  }

  /** Why work waits though nobody suspends it, if anything says so. */
  Finding obstacle(HasMetadata job, WorkPods which) {
    List<Pod> pods = list(which);
    if (pods.stream().anyMatch(PodDiagnosis::isStranded)
        && NamespaceEnd.underWay(client, job.getMetadata().getNamespace())) {
      return new Finding(
          Reasons.NAMESPACE_TERMINATING, "The namespace is being deleted; stopping its work");
    }
    return pods.isEmpty()
        ? refusedPods(job)
        : pods.stream().flatMap(pod -> obstacle(pod).stream()).findFirst().orElse(Finding.NONE);
  }

  // The Job controller keeps the finalizer of a failed Pod of an index until it has made the next
  // one, and the namespace controller deletes Jobs only when all Pods are gone: in a namespace that
  // is being deleted each waits for the other for good, unless somebody deletes the Job.
  private static boolean isStranded(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null
        && pod.getStatus() != null
        && "Failed".equals(pod.getStatus().getPhase());
  }

  private Finding refusedPods(HasMetadata job) {
    try {
      return client
          .v1()
          .events()
          .inNamespace(job.getMetadata().getNamespace())
          .withField("involvedObject.uid", job.getMetadata().getUid())
          .list()
          .getItems()
          .stream()
          .filter(event -> FAILED_CREATION.contains(event.getReason()))
          .max(Comparator.comparing(PodDiagnosis::lastSeen))
          .map(event -> new Finding(reason(event), clean(event.getMessage())))
          .orElse(Finding.NONE);
    } catch (KubernetesClientException e) {
      return Finding.NONE;
    }
  }

  private static String reason(Event event) {
    return event.getMessage() != null && event.getMessage().contains("exceeded quota")
        ? Reasons.WAITING_FOR_QUOTA
        : Reasons.WAITING_FOR_POD;
  }

  private static String lastSeen(Event event) {
    return Objects.requireNonNullElse(event.getLastTimestamp(), "");
  }

  private static Optional<Finding> obstacle(Pod pod) {
    if (pod.getStatus() == null || !"Pending".equals(pod.getStatus().getPhase())) {
      return Optional.empty();
    }
    Stream<String> unscheduled =
        pod.getStatus().getConditions().stream()
            .filter(condition -> "PodScheduled".equals(condition.getType()))
            .filter(condition -> "False".equals(condition.getStatus()))
            .map(condition -> "Pod cannot be scheduled: " + condition.getMessage());
    Stream<String> waiting =
        pod.getStatus().getContainerStatuses().stream()
            .map(status -> status.getState() == null ? null : status.getState().getWaiting())
            .filter(Objects::nonNull)
            .filter(state -> state.getReason() != null)
            .filter(state -> !state.getReason().equals("ContainerCreating"))
            .map(state -> state.getReason() + ": " + state.getMessage());
    return Stream.concat(unscheduled, waiting)
        .findFirst()
        .map(message -> new Finding(Reasons.WAITING_FOR_POD, clean(message)));
  }

  private List<Pod> list(WorkPods pods) {
    try {
      return client
          .pods()
          .inNamespace(pods.namespace())
          .withLabel(pods.label(), pods.value())
          .list(new ListOptionsBuilder().withLimit(PODS_LOOKED_AT).build())
          .getItems();
    } catch (KubernetesClientException e) {
      return List.of();
    }
  }

  private static List<ContainerStateTerminated> terminations(Pod pod) {
    return pod.getStatus() == null
        ? List.of()
        : pod.getStatus().getContainerStatuses().stream()
            .map(ContainerStatus::getState)
            .filter(Objects::nonNull)
            .map(state -> state.getTerminated())
            .filter(Objects::nonNull)
            .toList();
  }

  private static String describe(ContainerStateTerminated end) {
    String text = Objects.requireNonNullElse(end.getMessage(), "");
    String status = "worker exited with " + end.getExitCode();
    if (text.isBlank()) {
      return end.getReason() == null ? status : status + " (" + end.getReason() + ")";
    }
    try {
      Failure failure = Json.read(text.getBytes(StandardCharsets.UTF_8), Failure.class);
      return clean(failure.error() + "; " + failure.remedy()) + " (" + status + ")";
    } catch (InvalidArtifactException e) {
      return status + ": " + clean(text);
    }
  }

  private static String clean(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE) + "…";
  }
}
