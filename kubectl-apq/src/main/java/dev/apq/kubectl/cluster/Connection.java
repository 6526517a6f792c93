package dev.apq.kubectl.cluster;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A client with the user's own rights, as kubectl would make it. */
public final class Connection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int REQUEST_MILLIS = 30_000;

  private final KubernetesClient client;
  private final String namespace;

  private Connection(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Which cluster and namespace.
   *
   * @param kubeconfig the file; {@code KUBECONFIG}, {@code ~/.kube/config} or the Pod's account if
   *     null
   * @param context a context of it; the current one if null
   * @param namespace the namespace; that of the context if null
   */
  public record Target(
      @Nullable Path kubeconfig, @Nullable String context, @Nullable String namespace) {}

  /**
   * Connects; nothing is sent yet.
   *
   * @throws PluginException if there is no such configuration
   */
  public static Connection open(Target target) {
    Config found = configuration(target);
    Config config =
        new ConfigBuilder(found)
            .withConnectionTimeout(CONNECT_MILLIS)
            .withRequestTimeout(REQUEST_MILLIS)
            .withRequestRetryBackoffLimit(1)
            .withUserAgent("kubectl-apq")
            .build();
    String wanted = target.namespace() != null ? target.namespace() : config.getNamespace();
    return new Connection(
        new KubernetesClientBuilder()
            .withConfig(config)
            .withKubernetesSerialization(new KubernetesSerialization(tolerant(), true))
            .build(),
        wanted == null || wanted.isEmpty() ? "default" : wanted);
  }

  /** The cluster's API may be newer than the plugin and have fields that it does not know. */
  private static ObjectMapper tolerant() {
    return new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  private static Config configuration(Target target) {
    Path file = target.kubeconfig();
    if (file != null && !Files.isRegularFile(file)) {
      throw new PluginException(
          ExitStatus.USAGE, "there is no file " + file, "name your kubeconfig with --kubeconfig");
    }
    Config config =
        file == null
            ? Config.autoConfigure(target.context())
            : Config.fromKubeconfig(target.context(), new File(file.toString()));
    String context = target.context();
    if (context != null
        && config.getContexts().stream().noneMatch(known -> known.getName().equals(context))) {
      throw new PluginException(
          ExitStatus.USAGE,
          "there is no context '" + context + "'",
          "choose one of "
              + config.getContexts().stream()
                  .map(known -> known.getName())
                  .collect(Collectors.joining(", ", "[", "]")));
    }
    if (config.getCurrentContext() == null && config.getAutoOAuthToken() == null) {
      throw new PluginException(
          ExitStatus.UNREACHABLE,
          "there is no kubeconfig with a current context",
          "set KUBECONFIG or pass --kubeconfig; on one machine, ./apq up prints it");
    }
    return config;
  }

  /** The client. */
  public KubernetesClient client() {
    return client;
  }

  /** The namespace to work in. */
  public String namespace() {
    return namespace;
  }

  /** Address of the API server. */
  public String server() {
    return client.getMasterUrl().toString();
  }

  @Override
  public void close() {
    client.close();
  }
}
