package dev.apq.local.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A controller of another project as a process of this machine, with every right.
 *
 * @param process it
 * @param health port of its health endpoints
 * @param log its log file
 */
record ControllerProcess(Process process, int health, Path log) implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /**
   * Starts one of those that {@code local/kubeflow/build} compiles.
   *
   * @param configuration content of the file that it is given
   * @param folder its own; also where it looks for temporary files
   */
  static ControllerProcess start(
      Cluster cluster, String binary, String configuration, int health, Path folder) {
    try {
      Files.createDirectories(folder);
      Path file = Files.writeString(folder.resolve("configuration.yaml"), configuration);
      Path log = cluster.environment().paths().logs().resolve(binary + ".log");
      ProcessBuilder builder =
          new ProcessBuilder(binaries(cluster).resolve(binary).toString(), "--config=" + file)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder
          .environment()
          .put("KUBECONFIG", cluster.environment().paths().kubeconfig().toString());
      builder.environment().put("TMPDIR", folder.toString());
      return new ControllerProcess(builder.start(), health, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path binaries(Cluster cluster) throws IOException {
    Process build =
        new ProcessBuilder(cluster.distribution().root().resolve("local/kubeflow/build").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String folder =
        new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (build.waitFor() != 0) {
        throw new IllegalStateException("local/kubeflow/build failed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return Path.of(folder);
  }

  void awaitReady() {
    Wait.until(
        "ready, see " + log,
        Duration.ofMinutes(3),
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("ended while starting, see " + log);
          }
          return ready();
        });
  }

  private boolean ready() {
    try {
      URI uri = URI.create("http://127.0.0.1:" + health + "/readyz");
      return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Documents of a kustomization, of some kinds. */
  static String manifests(Cluster cluster, String kustomization, List<String> kinds) {
    StringBuilder chosen = new StringBuilder();
    for (String document :
        cluster.kubectl().run("", "kustomize", kustomization).split("(?m)^---$")) {
      if (kinds.stream().anyMatch(kind -> document.contains("\nkind: " + kind + "\n"))) {
        chosen.append("---\n").append(document.strip()).append("\n");
      }
    }
    return chosen.toString();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
