package dev.apq.local.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says how to use the kubectl plugin, which the launcher has built by then. */
@Command(
    name = "kubectl-plugin",
    description = "Builds the kubectl plugin and shows how to use it.",
    mixinStandardHelpOptions = true)
final class KubectlPluginCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    Path folder =
        Installation.fromLauncher().distribution().root().resolve("kubectl-apq/target/kubectl-apq");
    System.out.println("The plugin is built. kubectl finds it on the PATH:");
    System.out.println();
    System.out.println("  export PATH=" + folder + ":$PATH");
    System.out.println("  kubectl apq --help");
    return 0;
  }
}
