package dev.apq.local.cli;

import dev.apq.local.environment.Distribution;
import dev.apq.local.environment.EnvironmentLock;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.faults.FaultPlan;
import dev.apq.local.process.Await;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the standing environment and leaves it running. */
@Command(
    name = "up",
    description = "Starts a cluster with the operator and leaves it running; 'down' stops it.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  @Option(
      names = "--faults",
      paramLabel = "FILE",
      description = "Rules for faults between operator and API server; see docs/reliability.md.")
  private @Nullable Path faults;

  @Override
  public Integer call() throws Exception {
    Installation installation = Installation.fromLauncher();
    EnvironmentPaths paths = installation.standing();
    Optional<ProcessHandle> running = EnvironmentLock.holder(paths);
    if (running.isPresent()) {
      System.out.println("Already running as process " + running.get().pid() + ".");
      return describe(paths);
    }
    installation.distribution().requireBuilt();
    Files.createDirectories(paths.logs());
    System.out.println("Starting control plane, node and operator");
    Path log = paths.logs().resolve("environment.log");
    Process environment = serve(log, faults);
    Thread hook = Interruption.closes(() -> stop(environment), "Stopping");
    try {
      Await.until(
          () -> {
            if (!environment.isAlive()) {
              throw new IllegalStateException(
                  "the environment did not start:\n" + Await.lastLines(log, 12) + "\nsee " + log);
            }
            return Files.exists(paths.ready());
          },
          TIMEOUT,
          () -> "not ready within " + TIMEOUT.toMinutes() + " minutes; see " + log);
    } catch (IllegalStateException e) {
      stop(environment);
      throw e;
    } finally {
      Interruption.over(hook);
    }
    return describe(paths);
  }

  private static Process serve(Path log, @Nullable Path faults) throws IOException {
    String classPath = System.getProperty("java.class.path");
    List<String> line =
        new ArrayList<>(
            List.of(
                "setsid",
                Distribution.java().toString(),
                "-cp",
                classPath,
                Apq.class.getName(),
                "serve"));
    if (faults != null) {
      FaultPlan.read(faults); // so that a mistake in it is told here, not in a log
      line.add("--faults=" + faults.toAbsolutePath());
    }
    return new ProcessBuilder(line)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void stop(Process environment) {
    environment.destroy();
    environment.onExit().join();
  }

  private static int describe(EnvironmentPaths paths) {
    System.out.println("The API server and the operator are ready. To use them:");
    System.out.println();
    System.out.println("  export KUBECONFIG=" + paths.kubeconfig());
    System.out.println("  kubectl apply -f k8s/samples/cluttered-digits.yaml");
    System.out.println("  kubectl get apqsearches -w");
    System.out.println();
    System.out.println("Logs and artifacts lie under " + paths.root() + "; stop with ./apq down");
    return 0;
  }
}
