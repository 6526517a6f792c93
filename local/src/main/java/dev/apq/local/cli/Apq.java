package dev.apq.local.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Runs the whole product on this machine; the launcher {@code ./apq} starts it. */
@Command(
    name = "apq",
    mixinStandardHelpOptions = true,
    version = "apq 0.1.0-SNAPSHOT",
    description =
        "Runs the APQ operator and a real Kubernetes control plane on this machine, for this user"
            + " only, without containers.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      LoadCommand.class,
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      KubectlPluginCommand.class,
      ServeCommand.class
    })
public final class Apq {
  private static final Logger ROOT = Logger.getLogger("");

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean stacktrace;

  private Apq() {}

  /** Runs a command; the exit code is 0 when it succeeded, 1 when not, 2 for a wrong call. */
  public static void main(String[] arguments) {
    ROOT.setLevel(Level.WARNING);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    Apq apq = new Apq();
    IExecutionExceptionHandler onError =
        (failure, command, parsed) -> {
          if (apq.stacktrace) {
            failure.printStackTrace(command.getErr());
          }
          if (!Interruption.happened()) {
            command.getErr().println("error: " + failure.getMessage());
          }
          return 1;
        };
    return new CommandLine(apq).setExecutionExceptionHandler(onError);
  }
}
