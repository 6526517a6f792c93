package dev.apq.local.cli;

import dev.apq.local.environment.Environment;
import dev.apq.local.environment.EnvironmentLock;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.environment.FreeSpace;
import dev.apq.local.faults.FaultPlan;
import dev.apq.local.faults.FaultProxy;
import dev.apq.local.load.HeapPlot;
import dev.apq.local.load.Load;
import dev.apq.local.load.LoadFigures;
import dev.apq.local.load.LoadRun;
import dev.apq.local.load.OperatorLoad;
import dev.apq.local.node.NodeSettings;
import dev.apq.local.process.FileTree;
import dev.apq.local.process.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what many resources cost the operator; with time to spare, for how long it stays so. */
@Command(
    name = "load",
    description = {
      "Starts a cluster, makes many searches at once and prints what they cost the operator.",
      "The trainings' worker only stands in for one; every run starts from nothing."
    },
    mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
  @Option(
      names = "--searches",
      split = ",",
      defaultValue = "10,100,1000",
      description = "Searches of each round, with one training for 20; default ${DEFAULT-VALUE}.")
  private List<Integer> searches = List.of();

  @Option(
      names = "--minutes",
      defaultValue = "0",
      description = "Repeat the rounds for so long: the heap should stay flat.")
  private long minutes;

  @Option(
      names = "--rest-seconds",
      defaultValue = "30",
      description =
          "How long each round watches for writes when all is done; default ${DEFAULT-VALUE}.")
  private long restSeconds;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Draw the heap after each round as SVG, anew after every round.")
  private @Nullable Path plot;

  @Override
  public Integer call() {
    Installation installation = Installation.fromLauncher();
    installation.distribution().requireBuilt();
    EnvironmentPaths paths = installation.load();
    try (EnvironmentLock lock = EnvironmentLock.take(paths)) {
      ProcessTable.killRecorded(paths.processes());
      FileTree.clear(paths.root(), EnvironmentLock.FILE);
      FreeSpace.require(paths.root());
      LogFile.open(paths.logs().resolve("launcher.log"));
      Environment environment =
          Environment.start(
              paths,
              installation.distribution(),
              installation.controlPlane(),
              NodeSettings.ofThisMachine(Environment.NODE));
      Thread hook = Interruption.closes(environment, "Stopping the environment");
      try {
        run(environment);
      } finally {
        environment.close();
        Interruption.over(hook);
      }
    }
    return 0;
  }

  private void run(Environment environment) {
    FaultProxy proxy = environment.interpose(new FaultPlan(0, List.of()));
    OperatorLoad operator = new OperatorLoad(environment.startOperator("default"));
    LoadRun run =
        new LoadRun(
            environment.admin(),
            environment.paths(),
            proxy,
            operator,
            Duration.ofSeconds(restSeconds));
    long start = System.nanoTime();
    long end = start + Duration.ofMinutes(minutes).toNanos();
    long resources = 0;
    List<HeapPlot.Round> rounds = new ArrayList<>();
    System.out.println(LoadFigures.HEADER);
    do {
      for (int count : searches) {
        LoadFigures figures = run.measure(Load.of(count), "load-" + (rounds.size() + 1));
        System.out.println(figures.row());
        resources += figures.load().searches() + figures.load().trainings();
        Duration at = Duration.ofNanos(System.nanoTime() - start);
        rounds.add(new HeapPlot.Round(at, resources, figures.heapMib()));
        draw(rounds);
      }
    } while (System.nanoTime() < end);
  }

  private void draw(List<HeapPlot.Round> rounds) {
    if (plot == null) {
      return;
    }
    try {
      Files.writeString(plot, new HeapPlot(rounds).svg());
    } catch (IOException e) {
      throw new UncheckedIOException("the plot could not be written to " + plot, e);
    }
  }
}
