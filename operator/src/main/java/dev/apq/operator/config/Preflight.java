package dev.apq.operator.config;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.operator.store.ArtifactStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before anything is watched, whether kinds, rights and store are there, and names what is
 * missing: a watch that fails later says much less.
 */
@Singleton
public class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
  private static final int BEFORE_THE_OPERATOR = 1;

  private record Right(String group, String resource, String subresource, List<String> verbs) {
    static Right of(String group, String resource, String... verbs) {
      return new Right(group, resource, "", List.of(verbs));
    }
  }

  private static final List<Right> RIGHTS =
      List.of(
          Right.of("apq.dev", "apqsearches", "get", "list", "watch"),
          Right.of("apq.dev", "supernettrainings", "get", "list", "watch", "create", "patch"),
          new Right("apq.dev", "apqsearches", "status", List.of("patch")),
          new Right("apq.dev", "supernettrainings", "status", List.of("patch")),
          Right.of("batch", "jobs", "get", "list", "watch", "create", "delete"),
          Right.of("", "configmaps", "get", "list", "watch", "create", "update"),
          Right.of("", "namespaces", "get"),
          Right.of("", "pods", "list"),
          Right.of("", "events", "get", "list", "create", "patch"));

  private static final Right TRAIN_JOBS =
      Right.of("trainer.kubeflow.org", "trainjobs", "list", "create", "delete");

  private final KubernetesClient client;
  private final ArtifactStore store;
  private final List<String> namespaces;
  private final boolean enabled;
  private final boolean trainJobs;

  /** With what is to be looked at. */
  @Inject
  public Preflight(
      KubernetesClient client,
      ArtifactStore store,
      @ConfigProperty(
              name = "quarkus.operator-sdk.namespaces",
              defaultValue = "JOSDK_ALL_NAMESPACES")
          List<String> namespaces,
      OperatorConfig config) {
    this.client = client;
    this.store = store;
    this.namespaces = List.copyOf(namespaces);
    this.enabled = config.preflight();
    this.trainJobs = config.trainJobs().enabled();
  }

  void check(@Observes @Priority(BEFORE_THE_OPERATOR) StartupEvent event) {
    if (!enabled) {
      return;
    }
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      String message = "The operator cannot start: " + String.join("; ", problems);
      LOG.error(message);
      throw new IllegalStateException(message);
    }
  }

  /** Everything that is missing, each with a remedy; empty if the operator can run. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String namespace : namespaces) {
      missingRights(namespace.equals("JOSDK_ALL_NAMESPACES") ? null : namespace, problems);
    }
    if (problems.isEmpty()) {
      requireKind(SupernetTraining.class, problems);
      requireKind(ApqSearch.class, problems);
    }
    requireStore(problems);
    return problems;
  }

  private void missingRights(@Nullable String namespace, List<String> problems) {
    List<Right> needed = new ArrayList<>(RIGHTS);
    if (trainJobs) {
      needed.add(TRAIN_JOBS);
    }
    for (Right right : needed) {
      for (String verb : right.verbs()) {
        if (!allowed(namespace, right, verb)) {
          problems.add(
              "missing the right to "
                  + verb
                  + " "
                  + right.resource()
                  + (right.subresource().isEmpty() ? "" : "/" + right.subresource())
                  + (right.group().isEmpty() ? "" : "." + right.group())
                  + (namespace == null ? " in all namespaces" : " in namespace " + namespace)
                  + "; apply the roles of k8s/overlays or of the Helm chart");
        }
      }
    }
  }

  private boolean allowed(@Nullable String namespace, Right right, String verb) {
    SelfSubjectAccessReview review =
        client
            .resource(
                new SelfSubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withNewResourceAttributes()
                    .withNamespace(namespace)
                    .withGroup(right.group())
                    .withResource(right.resource())
                    .withSubresource(right.subresource())
                    .withVerb(verb)
                    .endResourceAttributes()
                    .endSpec()
                    .build())
            .create();
    return Boolean.TRUE.equals(review.getStatus().getAllowed());
  }

  private <T extends CustomResource<?, ?>> void requireKind(Class<T> kind, List<String> problems) {
    String name = HasMetadata.getFullResourceName(kind);
    String namespace = namespaces.get(0);
    try {
      var resources = client.resources(kind);
      if (namespace.equals("JOSDK_ALL_NAMESPACES")) {
        resources.inAnyNamespace().list(one());
      } else {
        resources.inNamespace(namespace).list(one());
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
      problems.add("the CRD " + name + " is not installed; apply it with `kubectl apply -k crds`");
    }
  }

  private static ListOptions one() {
    return new ListOptionsBuilder().withLimit(1L).build();
  }

  private void requireStore(List<String> problems) {
    try {
      Files.createDirectories(store.root());
      Path probe = store.root().resolve(".writable-" + UUID.randomUUID());
      AtomicFiles.write(probe, new byte[0]);
      Files.delete(probe);
    } catch (StoreUnavailableException e) {
      problems.add(e.getMessage() + "; " + e.remedy());
    } catch (IOException e) {
      problems.add(
          "the artifact store "
              + store.root()
              + " cannot be written ("
              + e
              + "); set APQ_STORE_ROOT to a file URI of a writable folder");
    }
  }
}
