package dev.apq.operator.job;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Whether a namespace is being deleted or gone, so that nothing can be created in it any more. */
public final class NamespaceEnd {
  private NamespaceEnd() {}

  /**
   * Whether this is why the API server refused to create an object. Between the end of a namespace
   * and the notice that an object in it has gone, its owner may still be visited.
   */
  public static boolean refused(KubernetesClientException refusal) {
    Status status = refusal.getStatus();
    if (status == null || status.getDetails() == null) {
      return false;
    }
    StatusDetails details = status.getDetails();
    boolean gone = "NotFound".equals(status.getReason()) && "namespaces".equals(details.getKind());
    return gone
        || details.getCauses().stream()
            .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
  }

  /** Asks the API server; no if it cannot tell. */
  static boolean underWay(KubernetesClient client, String name) {
    try {
      Namespace namespace = client.namespaces().withName(name).get();
      return namespace != null && namespace.getMetadata().getDeletionTimestamp() != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
