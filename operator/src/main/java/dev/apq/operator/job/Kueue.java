package dev.apq.operator.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.APIGroup;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Kueue's labels, and its own words about a Job that it has not admitted. */
final class Kueue {
  /** Label of a Job: the LocalQueue that admits it. */
  static final String QUEUE = "kueue.x-k8s.io/queue-name";

  /** Annotation of a Job: with how many Pods at once it may be admitted when there is no room. */
  static final String MIN_PARALLELISM = "kueue.x-k8s.io/job-min-parallelism";

  private static final String GROUP = "kueue.x-k8s.io";
  private static final String JOB_UID = "kueue.x-k8s.io/job-uid";

  private final KubernetesClient client;

  Kueue(KubernetesClient client) {
    this.client = client;
  }

  /** The parts of a Workload that are read; they are the same in all versions. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Content(@Nullable Spec spec, @Nullable Status status) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Spec(@Nullable Boolean active) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Status(@Nullable List<Condition> conditions) {}

  /** Why a suspended Job waits, as far as Kueue is there, says it and may be asked. */
  Optional<String> reasonOfWait(HasMetadata job) {
    try {
      APIGroup group = client.getApiGroup(GROUP);
      if (group == null) {
        return Optional.of("the cluster has no Kueue that could admit it");
      }
      return workloads(group.getPreferredVersion().getVersion(), job).stream()
          .findFirst()
          .map(this::reason);
    } catch (KubernetesClientException e) {
      return Optional.empty();
    }
  }

  private List<GenericKubernetesResource> workloads(String version, HasMetadata job) {
    ResourceDefinitionContext workload =
        new ResourceDefinitionContext.Builder()
            .withGroup(GROUP)
            .withVersion(version)
            .withKind("Workload")
            .withPlural("workloads")
            .withNamespaced(true)
            .build();
    return client
        .genericKubernetesResources(workload)
        .inNamespace(job.getMetadata().getNamespace())
        .withLabel(JOB_UID, job.getMetadata().getUid())
        // From the API server's cache: as fresh as a report needs, and etcd is not asked.
        .list(new ListOptionsBuilder().withResourceVersion("0").build())
        .getItems();
  }

  private String reason(GenericKubernetesResource workload) {
    Content content =
        client
            .getKubernetesSerialization()
            .convertValue(workload.getAdditionalProperties(), Content.class);
    List<Condition> conditions =
        content.status() == null || content.status().conditions() == null
            ? List.of()
            : content.status().conditions();
    if (content.spec() != null && Boolean.FALSE.equals(content.spec().active())) {
      return message(conditions, "Evicted", "True")
          .map(text -> "Kueue deactivated its Workload: " + text)
          .orElse("Kueue deactivated its Workload");
    }
    return message(conditions, "QuotaReserved", "False")
        .or(() -> message(conditions, "Admitted", "False"))
        .orElse("Kueue has not judged it yet, or its admission checks are pending");
  }

  private static Optional<String> message(List<Condition> conditions, String type, String status) {
    return conditions.stream()
        .filter(condition -> type.equals(condition.getType()))
        .filter(condition -> status.equals(condition.getStatus()))
        .map(Condition::getMessage)
        .filter(message -> message != null && !message.isBlank())
        .findFirst();
  }
}
