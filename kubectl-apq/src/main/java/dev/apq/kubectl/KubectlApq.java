package dev.apq.kubectl;

import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import dev.apq.kubectl.view.Style;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The plugin: {@code kubectl apq COMMAND}. */
@Command(
    name = "kubectl apq",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Shows the fronts and policies of APQ searches, follows their progress, fetches models and"
            + " measures hardware. Uses the Kubernetes API with your own rights, nothing else.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:something failed",
      "2:wrong command line",
      "3:no such resource",
      "4:no right, or credentials that are not accepted",
      "5:not finished, or never will be as it is",
      "6:the API server cannot be reached",
      "7:data is damaged: a digest differs or a file is malformed"
    },
    subcommands = {
      FrontCommand.class,
      PolicyCommand.class,
      ExplainCommand.class,
      TopCommand.class,
      PullCommand.class,
      ProfileCommand.class,
      SpecCommand.class,
      CompletionCommand.class
    })
public final class KubectlApq {
  private static final Logger ROOT = Logger.getLogger("");

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean stacktrace;

  private final Console console;

  KubectlApq(Console console) {
    this.console = console;
  }

  /** Runs a command and ends the process with its {@link ExitStatus}. */
  public static void main(String[] arguments) {
    ROOT.setLevel(Level.SEVERE);
    System.exit(run(Console.ofProcess(), arguments));
  }

  /** Runs a command. */
  static int run(Console console, String... arguments) {
    if (arguments.length > 0 && arguments[0].equals(Completion.WORD)) {
      Completion.print(console, Arrays.copyOfRange(arguments, 1, arguments.length));
      console.out().flush();
      return ExitStatus.DONE.code();
    }
    CommandLine line = commandLine(console);
    int status = line.execute(arguments);
    console.out().flush();
    return status;
  }

  static CommandLine commandLine(Console console) {
    KubectlApq plugin = new KubectlApq(console);
    IExecutionExceptionHandler onError = (failure, command, parsed) -> plugin.report(failure);
    return new CommandLine(plugin)
        .setExecutionExceptionHandler(onError)
        .setOut(console.writer())
        .setErr(console.errorWriter())
        .setUsageHelpWidth(Math.min(100, Math.max(80, console.terminal().width())))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  Console console() {
    return console;
  }

  private int report(Throwable failure) {
    if (stacktrace) {
      failure.printStackTrace(console.err());
    }
    if (Interruption.happened()) {
      return ExitStatus.FAILED.code();
    }
    console.out().flush();
    console.err().println(Style.BAD.on("error: ", console.terminal()) + failure.getMessage());
    if (failure instanceof PluginException known) {
      console.err().println("remedy: " + known.remedy());
      return known.status().code();
    }
    return ExitStatus.FAILED.code();
  }
}
