package dev.apq.kubectl;

import dev.apq.kubectl.error.ExitStatus;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Prints a completion script. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a script that completes 'kubectl-apq' in a shell.",
      "For 'kubectl apq' put kubectl_complete-apq, which lies beside the plugin, on the PATH as"
          + " well; kubectl 1.26 and newer finds it there."
    },
    footer = {
      "",
      "Examples:",
      "  source <(kubectl apq completion bash)",
      "  kubectl apq completion zsh > ~/.kubectl-apq.zsh"
    })
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand private @Nullable KubectlApq plugin;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell = Shell.BASH;

  private enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    if (plugin != null) {
      Console console = plugin.console();
      if (shell == Shell.ZSH) {
        console.out().print("autoload -U +X bashcompinit && bashcompinit\n");
      }
      console.out().print(AutoComplete.bash("kubectl-apq", KubectlApq.commandLine(console)) + "\n");
    }
    return ExitStatus.DONE.code();
  }
}
