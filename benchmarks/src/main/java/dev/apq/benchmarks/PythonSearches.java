package dev.apq.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The searches under {@code benchmarks/python}, run on the same weights and costs. */
final class PythonSearches {
  private final Path scripts;
  private final Path folder;
  private final String python;

  private PythonSearches(Path scripts, Path folder, String python) {
    this.scripts = scripts;
    this.folder = folder;
    this.python = python;
  }

  /**
   * One run.
   *
   * @param seed its seed
   * @param best highest accuracy within the limit; 0 for a front
   * @param hypervolume of the final front; 0 without one
   * @param cpuSeconds CPU time of the search alone
   */
  record Run(long seed, double best, double hypervolume, double cpuSeconds) {}

  /**
   * Makes a virtual environment with the pinned packages, or takes the one that is there.
   *
   * @param scripts folder of the Python sources
   * @param environment where the virtual environment is or shall be
   * @param folder exported problem
   */
  static PythonSearches prepare(Path scripts, Path environment, Path folder)
      throws IOException, PythonEnvironment.Unavailable {
    Path python = PythonEnvironment.prepare(scripts.resolve("requirements.txt"), environment);
    return new PythonSearches(scripts, folder, python.toString());
  }

  /** Runs a search of {@code compare.py} with seeds 1 to {@code seeds}. */
  List<Run> run(String search, double limit, int seeds) throws IOException {
    List<String> command =
        List.of(
            python,
            scripts.resolve("compare.py").toString(),
            search,
            "--problem=" + folder,
            "--limit=" + limit,
            "--evaluations=" + Workload.EVALUATIONS,
            "--seeds=" + seeds);
    List<Run> runs = new ArrayList<>();
    for (String line : Child.run(command, scripts).orThrow().strip().split("\n", -1)) {
      JsonNode run = Json.mapper().readTree(line);
      runs.add(
          new Run(
              run.get("seed").asLong(),
              run.path("best").asDouble(),
              run.path("hypervolume").asDouble(),
              run.get("cpuSeconds").asDouble()));
    }
    return runs;
  }
}
