package dev.apq.local.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The script {@code ./apq} as a person runs it.
 *
 * @param root the checkout
 * @param home value of APQ_HOME
 */
record Launcher(Path root, Path home) {

  /** A started command; {@code output} grows while it runs. */
  record Run(Process process, Path output) {
    String text() {
      return Wait.read(output);
    }

    /** Exit code, within {@code limit}. */
    int exit(Duration limit) {
      try {
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
          process.destroy();
          throw new AssertionError("still running after " + limit + ":\n" + text());
        }
        return process.exitValue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    void signal(String name) throws IOException {
      new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start();
    }
  }

  Run start(String... arguments) {
    List<String> line = new ArrayList<>(List.of(root.resolve("apq").toString()));
    line.addAll(List.of(arguments));
    try {
      Files.createDirectories(home);
      Path output = Files.createTempFile(home, "apq-" + arguments[0], ".out");
      ProcessBuilder builder =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().put("APQ_HOME", home.toString());
      return new Run(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What runs with this home on its command line or in its environment's folder. */
  List<String> leftovers() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(home.toString()))
        .toList();
  }
}
