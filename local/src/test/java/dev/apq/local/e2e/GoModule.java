package dev.apq.local.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A project that publishes itself as a Go module: its manifests are read from there, in the version
 * that {@code local/kubeflow/go.mod} pins.
 *
 * @param folder where its files lie
 */
record GoModule(Path folder) {
  static GoModule kueue() {
    return of("sigs.k8s.io/kueue");
  }

  static GoModule jobSet() {
    return of("sigs.k8s.io/jobset");
  }

  static GoModule trainer() {
    return of("github.com/kubeflow/trainer/v2");
  }

  /** The file or folder of that name. */
  String path(String name) {
    return folder.resolve(name).toString();
  }

  private static GoModule of(String name) {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("apq.root"), "apq.root"));
    try {
      Process process =
          new ProcessBuilder("go", "mod", "download", "-json", name)
              .directory(root.resolve("local/kubeflow").toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      JsonNode answer = Json.mapper().readTree(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException("go mod download " + name + ": " + answer);
      }
      return new GoModule(Path.of(answer.path("Dir").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
