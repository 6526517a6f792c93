package dev.apq.local.cli;

import dev.apq.local.environment.EnvironmentPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows log files. */
@Command(
    name = "logs",
    description = "Lists the log files, or shows the end of one.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description =
          "Part of a log's path, such as 'operator' or a Pod's name; lists all if absent.")
  private @Nullable String name;

  @Option(
      names = {"-f", "--follow"},
      description = "Keep showing what is added.")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      defaultValue = "100",
      description = "How many lines (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(names = "--demo", description = "Logs of 'demo' in place of those of 'up'.")
  private boolean demo;

  @Override
  public Integer call() throws Exception {
    Installation installation = Installation.fromLauncher();
    EnvironmentPaths paths = demo ? installation.demo() : installation.standing();
    List<Path> logs = logs(paths.logs());
    if (logs.isEmpty()) {
      throw new IllegalStateException("there are no logs under " + paths.logs());
    }
    String wanted = name;
    if (wanted == null) {
      logs.forEach(log -> System.out.println(paths.logs().relativize(log)));
      return 0;
    }
    List<Path> found =
        logs.stream()
            .filter(log -> paths.logs().relativize(log).toString().contains(wanted))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalStateException("no log matches '" + wanted + "'; list them with ./apq logs");
    }
    List<String> tail = new ArrayList<>(List.of("tail", "-n", Integer.toString(lines)));
    if (follow) {
      tail.add("-F");
    }
    found.forEach(log -> tail.add(log.toString()));
    Process process = new ProcessBuilder(tail).inheritIO().start();
    return process.waitFor();
  }

  private static List<Path> logs(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }
}
