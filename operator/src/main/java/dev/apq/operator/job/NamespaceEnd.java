package dev.apq.operator.job;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Whether a namespace is being deleted, so that nothing can be created in it any more. */
public final class NamespaceEnd {
  private NamespaceEnd() {}

  /** Whether this is why the API server refused to create an object. */
  public static boolean refused(KubernetesClientException refusal) {
    return refusal.getStatus() != null
        && refusal.getStatus().getDetails() != null
        && refusal.getStatus().getDetails().getCauses().stream()
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
