package dev.apq.kubectl.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.ResultsReference;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.space.SearchSpace;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.result.SearchResult;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Searches and trainings of one namespace.
 *
 * @param client with the user's rights
 * @param namespace the namespace
 */
public record Searches(KubernetesClient client, String namespace) {
  /** In the namespace of a connection. */
  public static Searches in(Connection connection) {
    return new Searches(connection.client(), connection.namespace());
  }

  /**
   * A search.
   *
   * @throws PluginException if it does not exist
   */
  public ApqSearch search(String name) {
    ApqSearch found = client.resources(ApqSearch.class).inNamespace(namespace).withName(name).get();
    if (found == null) {
      throw new PluginException(
          ExitStatus.NOT_FOUND,
          "there is no ApqSearch '" + name + "' in namespace " + namespace,
          "see what there is: kubectl apq top -A");
    }
    return found;
  }

  /**
   * A training.
   *
   * @throws PluginException if it does not exist
   */
  public SupernetTraining training(String name) {
    SupernetTraining found =
        client.resources(SupernetTraining.class).inNamespace(namespace).withName(name).get();
    if (found == null) {
      throw new PluginException(
          ExitStatus.NOT_FOUND,
          "there is no SupernetTraining '" + name + "' in namespace " + namespace,
          "see what there is: kubectl apq top -A");
    }
    return found;
  }

  /**
   * The published result of a search.
   *
   * @throws PluginException if the search does not exist or has no result
   * @throws InvalidArtifactException if a policy is not what its digest says
   */
  public SearchResult result(String name) throws InvalidArtifactException {
    ApqSearch search = search(name);
    ApqSearchStatus status = search.getStatus();
    ResultsReference results = status == null ? null : status.results();
    if (status == null || results == null || status.best() == null) {
      throw unfinished(search);
    }
    try {
      return SearchResult.of(search, text(results.configMap(), SearchResult.KEY));
    } catch (InvalidArtifactException e) {
      throw new InvalidArtifactException(
          "ConfigMap " + results.configMap() + ", " + SearchResult.KEY + ": " + e.getMessage(), e);
    }
  }

  private static PluginException unfinished(ApqSearch search) {
    String name = search.getMetadata().getName();
    Optional<Condition> succeeded =
        Optional.ofNullable(search.getStatus()).stream()
            .flatMap(status -> status.conditions().stream())
            .filter(condition -> condition.type().equals("Succeeded"))
            .findFirst();
    if (succeeded.isEmpty()) {
      return new PluginException(
          ExitStatus.NOT_FINISHED,
          "the operator has not looked at '" + name + "' yet",
          "check that the operator runs and serves this namespace");
    }
    String state = succeeded.get().reason();
    String message = succeeded.get().message();
    boolean failed = succeeded.get().status().equals("False");
    return new PluginException(
        ExitStatus.NOT_FINISHED,
        "'" + name + "' has no answer" + (failed ? "" : " yet") + ": " + state + ". " + message,
        failed ? "see docs/troubleshooting.md, " + state : "wait for it: kubectl apq top --watch");
  }

  /**
   * The search space of a training, as the operator resolved it.
   *
   * @throws PluginException if the operator has not resolved it yet
   * @throws InvalidArtifactException if it is malformed
   */
  public SearchSpace space(SupernetTraining training) throws InvalidArtifactException {
    String specification = text(specification(training), "spec.json");
    try {
      JsonNode space = Json.mapper().readTree(specification).path("space");
      return Json.mapper().treeToValue(space, SearchSpace.class).requireValid();
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidArtifactException("spec.json: " + e.getMessage(), e);
    }
  }

  /** Name of the ConfigMap with the specification of a training's workers. */
  public String specification(SupernetTraining training) {
    String name = training.getMetadata().getName();
    SupernetTrainingStatus status = training.getStatus();
    String runId = status == null ? null : status.runId();
    if (runId == null) {
      throw new PluginException(
          ExitStatus.NOT_FINISHED,
          "the operator has not resolved the SupernetTraining '" + name + "' yet",
          "check that the operator runs; kubectl describe snt " + name);
    }
    return name + "-" + runId;
  }

  /**
   * A key of a ConfigMap.
   *
   * @throws PluginException if there is none
   */
  public String text(String configMap, String key) {
    ConfigMap found = client.configMaps().inNamespace(namespace).withName(configMap).get();
    @Nullable String text =
        found == null || found.getData() == null ? null : found.getData().get(key);
    if (text == null) {
      throw new PluginException(
          ExitStatus.NOT_FOUND,
          "there is no ConfigMap " + configMap + " with the key " + key + " in " + namespace,
          "the operator writes it; if it was deleted, the operator writes it again");
    }
    return text;
  }

  /** All searches, of every namespace if {@code everywhere}. */
  public List<ApqSearch> searches(boolean everywhere) {
    var all = client.resources(ApqSearch.class);
    return everywhere
        ? all.inAnyNamespace().list().getItems()
        : all.inNamespace(namespace).list().getItems();
  }

  /** All trainings, of every namespace if {@code everywhere}. */
  public List<SupernetTraining> trainings(boolean everywhere) {
    var all = client.resources(SupernetTraining.class);
    return everywhere
        ? all.inAnyNamespace().list().getItems()
        : all.inNamespace(namespace).list().getItems();
  }

  /** Bytes of a ConfigMap's key; see {@link #text}. */
  public byte[] bytes(String configMap, String key) {
    return text(configMap, key).getBytes(StandardCharsets.UTF_8);
  }
}
