package dev.apq.local.cli;

import dev.apq.local.environment.Distribution;
import dev.apq.local.environment.EnvironmentPaths;
import java.nio.file.Path;
import java.util.Map;

/**
 * What the launcher found and built.
 *
 * @param distribution the checkout
 * @param controlPlane the compiled control plane
 * @param home where the environments keep their state
 */
record Installation(Distribution distribution, Path controlPlane, Path home) {
  /** Reads what the launcher handed over in the environment. */
  static Installation fromLauncher() {
    Map<String, String> variables = System.getenv();
    return new Installation(
        new Distribution(path(variables, "APQ_ROOT")),
        Path.of(variables.getOrDefault("APQ_CONTROL_PLANE", "")),
        path(variables, "APQ_HOME"));
  }

  private static Path path(Map<String, String> variables, String name) {
    String value = variables.get(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException(name + " is not set; start this program with ./apq");
    }
    return Path.of(value).toAbsolutePath().normalize();
  }

  /** The environment of {@code up} and {@code down}. */
  EnvironmentPaths standing() {
    return new EnvironmentPaths(home.resolve("up"));
  }

  /** The environment of {@code load}. */
  EnvironmentPaths load() {
    return new EnvironmentPaths(home.resolve("load"));
  }

  /** The environment of {@code demo}. */
  EnvironmentPaths demo() {
    return new EnvironmentPaths(home.resolve("demo"));
  }
}
