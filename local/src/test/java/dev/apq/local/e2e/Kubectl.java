package dev.apq.local.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The kubectl of this machine.
 *
 * @param kubeconfig whose rights it has
 */
record Kubectl(Path kubeconfig) {

  /**
   * What it prints when given {@code input}.
   *
   * @throws IllegalStateException with its error output when it fails
   */
  String run(String input, String... arguments) {
    List<String> line = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
    line.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(line).start();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
      try (var stream = process.getOutputStream()) {
        stream.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It did not read everything; its exit status and its errors say why.
      }
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", arguments) + ":\n" + errors.join());
      }
      return output.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Lets the API server check objects without keeping them; an unknown field is an error. */
  String check(String documents) {
    return run(
        documents,
        "apply",
        "--server-side",
        "--force-conflicts",
        "--dry-run=server",
        "--validate=strict",
        "--output=name",
        "--filename=-");
  }

  private static String text(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
