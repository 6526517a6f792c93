package dev.apq.local.e2e;

import dev.apq.local.environment.Distribution;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * An operator as its Deployment would run it: with the Deployment's environment and the token of
 * its ServiceAccount, but as a process of this machine.
 */
final class InstalledOperator implements AutoCloseable {
  private static final String NAME = "apq-operator";

  private final Cluster cluster;
  private final Kubectl kubectl;
  private final String namespace;
  private final Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;

  InstalledOperator(Cluster cluster, Kubectl kubectl, String namespace, Path folder) {
    this.cluster = cluster;
    this.kubectl = kubectl;
    this.namespace = namespace;
    this.folder = folder;
  }

  /** Starts it with what the Deployment says now, and waits until it is ready. */
  void start() throws IOException {
    cluster.distribution().requireBuilt();
    int port = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(
                Distribution.java().toString(),
                "-Xmx256m",
                "-jar",
                cluster.distribution().operator().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    Map<String, String> environment = builder.environment();
    environment.putAll(environmentOfDeployment());
    environment.put("KUBECONFIG", kubeconfig().toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    environment.put("APQ_STORE_ROOT", cluster.environment().paths().artifacts().toUri().toString());
    environment.put("APQ_WORKER_IMAGE", Distribution.WORKER_IMAGE);
    process = builder.start();
    Wait.until("the operator is ready, see " + logFile(), () -> ready(port));
  }

  /** Everything it has logged. */
  String log() {
    return Wait.read(logFile());
  }

  private Path logFile() {
    return cluster.environment().paths().logs().resolve(namespace + "-operator.log");
  }

  private Map<String, String> environmentOfDeployment() {
    Deployment deployment =
        cluster.admin().apps().deployments().inNamespace(namespace).withName(NAME).require();
    Map<String, String> environment = new TreeMap<>();
    for (EnvVar entry :
        deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv()) {
      environment.put(
          entry.getName(), entry.getValueFrom() == null ? entry.getValue() : field(entry));
    }
    return environment;
  }

  private String field(EnvVar entry) {
    String path = entry.getValueFrom().getFieldRef().getFieldPath();
    return path.equals("metadata.namespace") ? namespace : NAME + "-0";
  }

  /** The administrator's kubeconfig with the ServiceAccount in the administrator's place. */
  private Path kubeconfig() throws IOException {
    String token =
        kubectl.run("", "--namespace=" + namespace, "create", "token", NAME, "--duration=1h");
    Path file = Files.writeString(folder.resolve("kubeconfig"), Wait.read(kubectl.kubeconfig()));
    Kubectl own = new Kubectl(file);
    own.run("", "config", "set-credentials", NAME, "--token=" + token.strip());
    own.run("", "config", "set-context", "--current", "--user=" + NAME);
    return file;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean ready(int port) {
    if (!process.isAlive()) {
      throw new IllegalStateException("the operator ended:\n" + log());
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready")).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Stops it as a Deployment would; does nothing if it does not run. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
