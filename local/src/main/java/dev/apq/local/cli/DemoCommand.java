package dev.apq.local.cli;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.environment.Environment;
import dev.apq.local.environment.EnvironmentLock;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.environment.FreeSpace;
import dev.apq.local.environment.OperatorProcess;
import dev.apq.local.node.NodeSettings;
import dev.apq.local.process.FileTree;
import dev.apq.local.process.ProcessTable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** From nothing to two answers: the whole pipeline, then a second target on the same supernet. */
@Command(
    name = "demo",
    description =
        "Starts a cluster, trains a supernet on cluttered digits, searches it for two targets and"
            + " stops the cluster again. Every run starts from nothing.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final String FIRST = "cluttered-digits.yaml";
  private static final String SECOND = "cluttered-digits-tight.yaml";

  private final Screen screen = Screen.standard();

  @Override
  public Integer call() {
    Instant begin = Instant.now();
    Installation installation = Installation.fromLauncher();
    installation.distribution().requireBuilt();
    EnvironmentPaths paths = installation.demo();
    try (EnvironmentLock lock = EnvironmentLock.take(paths)) {
      ProcessTable.killRecorded(paths.processes());
      FileTree.clear(paths.root(), EnvironmentLock.FILE);
      FreeSpace.require(paths.root());
      LogFile.open(paths.logs().resolve("launcher.log"));
      screen.line("Starting etcd, API server, controllers, scheduler and a node");
      Environment environment =
          Environment.start(
              paths,
              installation.distribution(),
              installation.controlPlane(),
              NodeSettings.ofThisMachine(Environment.NODE));
      Thread hook = Interruption.closes(environment, "Stopping the environment");
      try {
        screen.line("  ready after " + since(begin));
        screen.line("Starting the operator");
        OperatorProcess operator = environment.startOperator("default");
        screen.line("  ready after " + since(begin));
        run(installation.distribution().samples(), environment, operator);
        screen.line("");
        screen.line("Artifacts, results and logs lie under " + paths.root());
        screen.line("The demo took " + since(begin) + ". Keep a cluster to play with: ./apq up");
      } finally {
        environment.close();
        Interruption.over(hook);
      }
    }
    return 0;
  }

  private void run(Path samples, Environment environment, OperatorProcess operator) {
    SearchFollower follower = new SearchFollower(environment, operator, screen);
    screen.line("Applying " + samples.resolve(FIRST));
    ApqSearch first = follower.follow(samples.resolve(FIRST));
    screen.line("Applying " + samples.resolve(SECOND) + ", which uses the same supernet");
    ApqSearch second = follower.follow(samples.resolve(SECOND));
    for (String resource : ServerTable.RESOURCES) {
      screen.line("");
      screen.line("$ kubectl get " + resource);
      screen.line(ServerTable.get(environment.admin(), resource));
    }
    SupernetTraining training =
        environment
            .admin()
            .resources(SupernetTraining.class)
            .inNamespace("default")
            .withName(first.getMetadata().getName())
            .require();
    screen.line("");
    screen.line(DemoReport.supernet(training));
    for (ApqSearch search : new ApqSearch[] {first, second}) {
      screen.line("");
      screen.line(DemoReport.policy(search));
    }
  }

  private static String since(Instant begin) {
    return SearchRun.duration(Duration.between(begin, Instant.now()));
  }
}
