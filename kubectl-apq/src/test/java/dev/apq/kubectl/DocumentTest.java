package dev.apq.kubectl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.apq.kubectl.Plugin.Run;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The page of the plugin: what it shows is what comes out, and every command in it exists. {@code
 * -Dapq.renew=true} writes the outputs.
 */
@EnableKubernetesMockClient(crud = true, https = false)
class DocumentTest {
  private static final Path PAGE = Path.of("../docs/kubectl-apq.md");
  private static final Pattern SHOWN =
      Pattern.compile("```console\n\\$ kubectl apq ([^\n]+)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern COMMAND = Pattern.compile("kubectl apq ([^|&>#\n)]+)");

  private KubernetesMockServer server;
  private KubernetesClient client;
  @TempDir private Path folder;

  @Test
  void outputsAreWhatComesOut() throws IOException {
    RecordedCluster.fill(client);
    Path kubeconfig = RecordedCluster.kubeconfig(server, folder);
    String page = Files.readString(PAGE);
    StringBuilder renewed = new StringBuilder();
    Matcher block = SHOWN.matcher(page);
    int blocks = 0;
    while (block.find()) {
      blocks++;
      Run run = Plugin.run(words(block.group(1) + " --kubeconfig=" + kubeconfig));
      assertThat(run.status()).as(block.group(1) + ": " + run.err()).isZero();
      if (Golden.renewed()) {
        block.appendReplacement(
            renewed,
            Matcher.quoteReplacement(
                "```console\n$ kubectl apq " + block.group(1) + "\n" + run.out() + "```"));
      } else {
        assertThat(block.group(2))
            .as(block.group(1) + "; renew with -Dapq.renew=true")
            .isEqualTo(run.out());
      }
    }
    assertThat(blocks).isGreaterThan(3);
    if (Golden.renewed()) {
      Files.writeString(PAGE, block.appendTail(renewed).toString());
    }
  }

  @Test
  void picturesAreWhatComesOut() throws IOException {
    RecordedCluster.fill(client);
    String kubeconfig = " --kubeconfig=" + RecordedCluster.kubeconfig(server, folder);
    Map<String, String> pictures =
        Map.of("front.svg", "front phone -o svg", "policy.svg", "explain phone -o svg");
    pictures.forEach(
        (file, command) -> {
          Run run = Plugin.run(words(command + kubeconfig));
          assertThat(run.status()).as(command + ": " + run.err()).isZero();
          Golden.matches(PAGE.resolveSibling(file), run.out());
        });
    assertThat(Files.readString(PAGE)).contains("(policy.svg)");
    assertThat(Files.readString(PAGE.resolveSibling("concepts.md")))
        .contains(pictures.keySet().stream().map(file -> "(" + file + ")").toList());
  }

  @Test
  void everyCommandOfPageAndHelpExists() throws IOException {
    List<String> commands = new ArrayList<>(commands(Files.readString(PAGE)));
    for (CommandLine command :
        KubectlApq.commandLine(Console.ofProcess()).getSubcommands().values()) {
      commands.addAll(
          commands(String.join("\n", command.getCommandSpec().usageMessage().footer())));
    }
    assertThat(commands).hasSizeGreaterThan(20);
    assertThat(commands)
        .allSatisfy(
            command ->
                assertThatCode(
                        () -> KubectlApq.commandLine(Console.ofProcess()).parseArgs(words(command)))
                    .as(command)
                    .doesNotThrowAnyException());
  }

  /** Commands of a text; an example stops where two spaces begin its explanation. */
  private static List<String> commands(String text) {
    String joined = text.replaceAll("\\\\\n +", "");
    return COMMAND
        .matcher(joined)
        .results()
        .map(match -> match.group(1).split(" {2,}|`", 2)[0].strip())
        .filter(command -> !command.contains("…"))
        .toList();
  }

  private static String[] words(String command) {
    return Stream.of(command.split(" +")).toArray(String[]::new);
  }
}
