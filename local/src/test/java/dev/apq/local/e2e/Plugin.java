package dev.apq.local.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The packaged plugin as kubectl runs it.
 *
 * @param root the checkout
 * @param kubeconfig whose rights it has
 * @param namespace where it looks
 */
record Plugin(Path root, Path kubeconfig, String namespace) {

  /** How a run ended. */
  record Run(int status, String out, String err) {
    /** What it printed; a failure is an error of the test. */
    String output() {
      if (status != 0) {
        throw new AssertionError("status " + status + ":\n" + err);
      }
      return out;
    }
  }

  Path folder() {
    return root.resolve("kubectl-apq/target/kubectl-apq");
  }

  Process start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("kubectl", "apq"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--namespace=" + namespace));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("PATH", folder() + ":" + System.getenv("PATH"));
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.start();
  }

  Run run(String... arguments) {
    try {
      Process process = start(arguments);
      process.getOutputStream().close();
      CompletableFuture<String> errors =
          CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
      String output = text(process.getInputStream());
      return new Run(process.waitFor(), output, errors.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static String text(java.io.InputStream stream) {
    try {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
