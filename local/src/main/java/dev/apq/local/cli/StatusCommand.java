package dev.apq.local.cli;

import dev.apq.local.controlplane.ControlPlane;
import dev.apq.local.environment.EnvironmentLock;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.process.ProcessTable;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says whether the standing environment runs and what is in it. */
@Command(
    name = "status",
    description = "Shows whether the environment of 'up' runs, and its resources.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    EnvironmentPaths paths = Installation.fromLauncher().standing();
    Optional<ProcessHandle> running = EnvironmentLock.holder(paths);
    if (running.isEmpty()) {
      int stale = ProcessTable.recorded(paths.processes()).size();
      System.out.println("Not running; start it with ./apq up");
      if (stale > 0) {
        System.out.println(
            stale + " processes of an environment that died may be left; end them with ./apq down");
      }
      return 1;
    }
    if (!Files.exists(paths.ready())) {
      System.out.println("Starting as process " + running.get().pid());
      return 1;
    }
    System.out.println("Running as process " + running.get().pid());
    System.out.println("  export KUBECONFIG=" + paths.kubeconfig());
    try (KubernetesClient client = ControlPlane.client(paths.kubeconfig())) {
      for (String resource : ServerTable.RESOURCES) {
        System.out.println();
        System.out.println(ServerTable.get(client, resource));
      }
    }
    return 0;
  }
}
