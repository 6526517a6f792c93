package dev.apq.local.cli;

import dev.apq.local.environment.Environment;
import dev.apq.local.environment.EnvironmentLock;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.environment.FreeSpace;
import dev.apq.local.environment.OperatorProcess;
import dev.apq.local.faults.FaultPlan;
import dev.apq.local.node.NodeSettings;
import dev.apq.local.process.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the standing environment in the foreground; {@code up} starts it in the background. */
@Command(
    name = "serve",
    description = "Runs the environment of 'up' in the foreground until Ctrl-C.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Duration FOREVER = Duration.ofDays(3650);

  @Option(
      names = "--faults",
      paramLabel = "FILE",
      description = "Rules for faults between operator and API server; see docs/reliability.md.")
  private @Nullable Path faults;

  @Override
  public Integer call() throws Exception {
    Installation installation = Installation.fromLauncher();
    EnvironmentPaths paths = installation.standing();
    try (EnvironmentLock lock = EnvironmentLock.take(paths)) {
      Files.deleteIfExists(paths.ready());
      FreeSpace.require(paths.root());
      Environment environment =
          Environment.start(
              paths,
              installation.distribution(),
              installation.controlPlane(),
              NodeSettings.ofThisMachine(Environment.NODE));
      Thread hook = Interruption.closes(environment, "Stopping");
      try {
        if (faults != null) {
          environment.interpose(FaultPlan.read(faults));
        }
        OperatorProcess operator = environment.startOperator("default");
        Files.writeString(paths.ready(), operator.port() + "\n");
        System.out.println("Running; kubeconfig " + paths.kubeconfig());
        awaitFailure(environment, operator);
        return 1;
      } finally {
        Files.deleteIfExists(paths.ready());
        environment.close();
        Interruption.over(hook);
      }
    }
  }

  private static void awaitFailure(Environment environment, OperatorProcess operator) {
    Await.until(
        () -> !environment.controlPlane().ended().isEmpty() || !operator.alive(),
        FOREVER,
        () -> "the environment ran for ten years");
    List<String> ended = environment.controlPlane().ended();
    throw new IllegalStateException(
        (ended.isEmpty() ? "the operator" : String.join(", ", ended))
            + " has ended on its own; see the logs under "
            + environment.paths().logs());
  }
}
