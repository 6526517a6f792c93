package dev.apq.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.apq.local.environment.Distribution;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

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
  private int port;

  InstalledOperator(Cluster cluster, Kubectl kubectl, String namespace, Path folder) {
    this.cluster = cluster;
    this.kubectl = kubectl;
    this.namespace = namespace;
    this.folder = folder;
  }

  /** Starts it with what the Deployment says now, and waits until it is ready. */
  void start() throws IOException {
    start(kubeconfig());
  }

  /** The same with the administrator's rights in place of those that the chart grants. */
  void startAsAdministrator() throws IOException {
    start(kubectl.kubeconfig());
  }

  private void start(Path kubeconfig) throws IOException {
    cluster.distribution().requireBuilt();
    port = freePort();
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
    environment.put("KUBECONFIG", kubeconfig.toString());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    if (!environment.get("APQ_STORE_ROOT").startsWith("s3:")) {
      environment.put(
          "APQ_STORE_ROOT", cluster.environment().paths().artifacts().toUri().toString());
    }
    environment.put("APQ_WORKER_IMAGE", Distribution.WORKER_IMAGE);
    process = builder.start();
    Wait.until("the operator is ready, see " + logFile(), this::ready);
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
      value(entry).ifPresent(value -> environment.put(entry.getName(), value));
    }
    return environment;
  }

  private Optional<String> value(EnvVar entry) {
    if (entry.getValueFrom() == null) {
      return Optional.ofNullable(entry.getValue());
    }
    SecretKeySelector secret = entry.getValueFrom().getSecretKeyRef();
    return secret == null
        ? Optional.of(field(entry.getValueFrom().getFieldRef().getFieldPath()))
        : Optional.ofNullable(secret(secret.getName()).get(secret.getKey()))
            .map(data -> new String(Base64.getDecoder().decode(data), UTF_8));
  }

  private Map<String, String> secret(String name) {
    return cluster.admin().secrets().inNamespace(namespace).withName(name).require().getData();
  }

  private String field(String path) {
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

  private boolean ready() {
    if (!process.isAlive()) {
      throw new IllegalStateException("the operator ended:\n" + log());
    }
    return get("/q/health/ready").map(response -> response.statusCode() == 200).orElse(false);
  }

  /** Its metrics in Prometheus' text format. */
  String scrape() {
    return get("/q/metrics").orElseThrow().body();
  }

  /** Names of the metrics that it exports. */
  Set<String> metrics() {
    return scrape()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Optional<HttpResponse<String>> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      return Optional.of(
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Stops it as a Deployment would; does nothing if it does not run.
   *
   * @throws AssertionError if it has to be killed
   */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("the operator does not end on SIGTERM, see " + logFile());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
