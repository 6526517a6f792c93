package dev.apq.kubectl;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An API server with resources as a real operator left them, and a kubeconfig for it. */
final class RecordedCluster {
  private RecordedCluster() {}

  /** Fills a server with the recorded resources. */
  static void fill(KubernetesClient client) throws IOException {
    Map<String, Class<? extends HasMetadata>> own =
        Map.of("ApqSearch", ApqSearch.class, "SupernetTraining", SupernetTraining.class);
    for (HasMetadata object : objects(client)) {
      Class<? extends HasMetadata> type = own.get(object.getKind());
      HasMetadata typed =
          type == null ? object : client.getKubernetesSerialization().convertValue(object, type);
      client.resource(typed).create();
    }
  }

  private static List<HasMetadata> objects(KubernetesClient client) throws IOException {
    try (InputStream recorded =
        Objects.requireNonNull(RecordedCluster.class.getResourceAsStream("/recorded.yaml"))) {
      return client.load(recorded).items();
    }
  }

  /** A kubeconfig whose current context is {@code test}, in the namespace {@code default}. */
  static Path kubeconfig(KubernetesMockServer server, Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{name: test, cluster: {server: "http://%s:%d"}}]
        users: [{name: somebody, user: {token: none}}]
        contexts:
        - {name: test, context: {cluster: test, user: somebody, namespace: default}}
        - {name: elsewhere, context: {cluster: test, user: somebody, namespace: empty}}
        """
            .formatted(server.getHostName(), server.getPort()));
  }
}
