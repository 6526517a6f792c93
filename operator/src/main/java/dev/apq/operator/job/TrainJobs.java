package dev.apq.operator.job;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;

/**
 * TrainJobs in the cluster. They are read when a resource that wants one is visited, never watched:
 * a watch would fail in clusters that do not know the kind.
 */
@Singleton
public class TrainJobs {
  static final String API_VERSION = "trainer.kubeflow.org/v1alpha1";
  static final String KIND = WorkKind.TRAIN_JOB.kind();

  /** Between objects of Kubernetes' model and the plain maps that such a TrainJob consists of. */
  static final KubernetesSerialization MODEL = new KubernetesSerialization();

  private static final ResourceDefinitionContext CONTEXT =
      new ResourceDefinitionContext.Builder()
          .withGroup("trainer.kubeflow.org")
          .withVersion("v1alpha1")
          .withKind(KIND)
          .withPlural("trainjobs")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;

  /** With the operator's client. */
  @Inject
  public TrainJobs(KubernetesClient client) {
    this.client = client;
  }

  /** Those made for resources of this name; empty if the cluster does not know the kind. */
  public Optional<List<GenericKubernetesResource>> of(HasMetadata resource) {
    try {
      return Optional.of(
          client
              .genericKubernetesResources(CONTEXT)
              .inNamespace(resource.getMetadata().getNamespace())
              .withLabel(JobNames.MANAGED_BY, JobNames.OPERATOR)
              .withLabel(JobNames.RESOURCE, resource.getMetadata().getName())
              .list()
              .getItems());
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Deletes one in the foreground: it stays visible until its Pods are gone. */
  public void delete(String namespace, String name) {
    client
        .genericKubernetesResources(CONTEXT)
        .inNamespace(namespace)
        .withName(name)
        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
        .delete();
  }
}
