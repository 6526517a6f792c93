package dev.apq.local.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to run.
 *
 * @param name short name for messages
 * @param line program and arguments, not interpreted by a shell
 * @param environment the whole environment: nothing is inherited
 * @param workingDirectory created if missing
 * @param log file to which output and errors are appended
 */
public record Command(
    String name,
    List<String> line,
    Map<String, String> environment,
    Path workingDirectory,
    Path log) {
  /** Copies the collections. */
  public Command {
    line = List.copyOf(line);
    environment = Map.copyOf(environment);
    if (line.isEmpty()) {
      throw new IllegalArgumentException(name + ": there is no command to run");
    }
  }
}
