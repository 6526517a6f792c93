package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends the status of one Pod to the API server, when it changes. */
final class PodReporter {
  private static final System.Logger LOG = System.getLogger(PodReporter.class.getName());

  private final KubernetesClient client;
  private final PodStatuses statuses;
  private final Clock clock;
  private @Nullable PodStatus sent;
  private boolean delivered = true;

  PodReporter(KubernetesClient client, PodStatuses statuses, Clock clock) {
    this.client = client;
    this.statuses = statuses;
    this.clock = clock;
  }

  /** Whether the API server has the last report. */
  boolean delivered() {
    return delivered;
  }

  /** Reports, unless nothing changed; false when the API server has no such Pod any more. */
  boolean report(Pod pod, PodReport report) {
    PodStatus status = statuses.of(report, sent, clock.instant());
    if (status.equals(sent)) {
      return true;
    }
    delivered = false;
    try {
      // A strategic merge keeps the conditions that others own; the uid guards against a namesake.
      Map<String, Object> patch =
          Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status);
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.STRATEGIC_MERGE),
              client.getKubernetesSerialization().asJson(patch));
      sent = status;
      delivered = true;
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
          || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "status of {0} not accepted, trying again: {1}",
          pod.getMetadata().getName(),
          e.getMessage());
      return true;
    }
  }
}
