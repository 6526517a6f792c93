package dev.apq.local.cli;

import dev.apq.local.environment.EnvironmentLock;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.process.ProcessTable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;

/** Stops the standing environment. */
@Command(
    name = "down",
    description = "Stops what 'up' started; artifacts and resources are kept for the next 'up'.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofSeconds(60);

  @Override
  public Integer call() throws Exception {
    EnvironmentPaths paths = Installation.fromLauncher().standing();
    Optional<ProcessHandle> running = EnvironmentLock.holder(paths);
    if (running.isPresent()) {
      System.out.println("Stopping process " + running.get().pid());
      stop(running.get());
    }
    int left = ProcessTable.killRecorded(paths.processes());
    if (left > 0) {
      System.out.println("Ended " + left + " processes that a dead environment had left behind.");
    } else if (running.isEmpty()) {
      System.out.println("Nothing was running.");
    }
    return 0;
  }

  private static void stop(ProcessHandle environment) throws Exception {
    environment.destroy();
    try {
      environment.onExit().get(GRACE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // Its watchdog then ends what it started.
      environment.destroyForcibly();
      environment.onExit().join();
    }
  }
}
