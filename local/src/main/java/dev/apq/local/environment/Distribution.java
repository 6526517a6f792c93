package dev.apq.local.environment;

import dev.apq.local.faults.StandInWorker;
import dev.apq.local.node.ImageCommand;
import dev.apq.local.node.ImageCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The built product in a checkout.
 *
 * @param root the checkout
 */
public record Distribution(Path root) {
  /** Image that worker Pods ask for; this machine's worker stands for it. */
  public static final String WORKER_IMAGE = "apq-worker:local";

  /** Image without a program of its own, for Pods that name a command of this machine. */
  public static final String HOST_IMAGE = "apq-local/host";

  /** The worker's runnable jar. */
  public Path worker() {
    return root.resolve("worker/target/apq-worker/apq-worker.jar");
  }

  /** The operator's runnable jar. */
  public Path operator() {
    return root.resolve("operator/target/quarkus-app/quarkus-run.jar");
  }

  /** Folder of the CustomResourceDefinitions. */
  public Path customResources() {
    return root.resolve("crds");
  }

  /** Folder of the sample resources. */
  public Path samples() {
    return root.resolve("k8s/samples");
  }

  /**
   * Checks that worker and operator are built.
   *
   * @throws IllegalStateException naming what is missing and how to build it
   */
  public void requireBuilt() {
    for (Path file : List.of(worker(), operator())) {
      if (!Files.isRegularFile(file)) {
        throw new IllegalStateException(
            file + " is missing; build it with: ./mvnw -DskipTests package");
      }
    }
  }

  /**
   * Local commands for the images of this product.
   *
   * @param cache where the worker unpacks its native libraries, shared by all workers
   * @param standIn folder for the files of the {@link StandInWorker}
   */
  public ImageCommands images(Path cache, Path standIn) {
    return new ImageCommands(
        Map.of(
            ImageCommands.repository(WORKER_IMAGE),
            new ImageCommand(
                List.of(java().toString(), "-jar", worker().toString()),
                Map.of("DJL_CACHE_DIR", cache.toString(), "DJL_OFFLINE", "true")),
            HOST_IMAGE,
            new ImageCommand(List.of(), Map.of()),
            StandInWorker.IMAGE,
            StandInWorker.unpack(standIn)));
  }

  /** The Java launcher that runs this program. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
