package dev.apq.kubectl;

import dev.apq.kubectl.cluster.Connection;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.Failures;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A command that talks to a cluster; its options choose the cluster as kubectl's do. */
abstract class ClusterCommand implements Callable<Integer> {
  @ParentCommand private @Nullable KubectlApq plugin;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Namespace; that of the context if absent.")
  private @Nullable String namespace;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig; the current one if absent.")
  private @Nullable String context;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Kubeconfig; KUBECONFIG or ~/.kube/config if absent.")
  private @Nullable Path kubeconfig;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  @SuppressWarnings("unused") // picocli asks the option, not the field
  private boolean help;

  @Override
  public final Integer call() {
    try (Connection connection =
        Connection.open(new Connection.Target(kubeconfig, context, namespace))) {
      try {
        run(connection);
      } catch (Exception e) {
        throw Failures.of(e, connection.server());
      }
    }
    return ExitStatus.DONE.code();
  }

  /** Does it. */
  abstract void run(Connection connection) throws Exception;

  final Console console() {
    if (plugin == null) {
      throw new IllegalStateException("picocli sets the parent command");
    }
    return plugin.console();
  }
}
