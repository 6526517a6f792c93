package dev.apq.local.e2e;

import dev.apq.local.faults.StandInWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Trainings whose worker only stands in for one: stages take no time, and the environment of the
 * worker says which of them wait or fail; see {@code stand-in-worker.sh}.
 *
 * @param artifacts folder of the artifact store
 * @param namespace where the trainings are
 */
record StandIns(Path artifacts, String namespace) {

  StandIns(Cluster cluster, String namespace) {
    this(cluster.environment().paths().artifacts(), namespace);
  }

  /** A training with two shards for each collection. */
  String training(String name, Map<String, String> environment) {
    return training(name, "shards: 2, parallelism: 2", environment);
  }

  String training(String name, String collection, Map<String, String> environment) {
    String variables =
        environment.entrySet().stream()
            .map(entry -> "{name: %s, value: '%s'}".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    return """
        apiVersion: apq.dev/v1alpha1
        kind: SupernetTraining
        metadata: {name: %s, namespace: %s}
        spec:
          searchSpace: {preset: digits}
          dataset: {builtin: digits}
          recipe: {epochs: 1}
          collection: {fullPrecisionSamples: 10000, quantizedSamples: 10000, %s}
          predictor: {hiddenSize: 16}
          worker: {image: '%s:1', env: [%s]}
        """
        .formatted(name, namespace, collection, StandInWorker.IMAGE, variables);
  }

  /** Lets the stages go on that wait. */
  void go(String training) {
    try {
      Files.createDirectories(folder(training));
      Files.writeString(folder(training).resolve("go"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets stages wait again that start from now on. */
  void hold(String training) {
    try {
      Files.deleteIfExists(folder(training).resolve("go"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What workers did: the case, such as {@code train} or {@code collect/1}, and the process id. */
  List<Run> runs(String training) {
    Path runs = folder(training).resolve("runs");
    return Files.exists(runs)
        ? Wait.read(runs)
            .lines()
            .map(line -> line.split(" ", 2))
            .map(words -> new Run(words[0], Long.parseLong(words[1])))
            .toList()
        : List.of();
  }

  /**
   * A worker that ran.
   *
   * @param work stage, and index of the shard
   * @param pid its process
   */
  record Run(String work, long pid) {
    boolean alive() {
      return ProcessHandle.of(pid).isPresent();
    }
  }

  /** The folder that all runs of a training write below. */
  Path folder(String training) {
    return artifacts.resolve(namespace).resolve(training);
  }

  /** The file of that name that a stage, or a search, has left. */
  Path artifact(String resource, String stage, String file) {
    return find(resource, stage, file).orElseThrow();
  }

  /** The same, if it is there. */
  Optional<Path> find(String resource, String stage, String file) {
    if (!Files.exists(folder(resource))) {
      return Optional.empty();
    }
    try (Stream<Path> keys = Files.list(folder(resource))) {
      return keys.map(key -> key.resolve(stage).resolve(file)).filter(Files::exists).findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
