package dev.apq.local.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every command in the documentation is run by a test, or says that it needs more. */
class DocumentedCommandsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** What runs it: a file of the repository and what that file must contain. */
  private record Proof(String file, String text) {}

  /** By the start of the command. Plain kubectl is run as it is written, by the end-to-end test. */
  private static final Map<String, Proof> RUN_BY =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("./apq demo", e2e("DemoIT", "start(\"demo\")")),
              Map.entry("./apq up", e2e("LauncherIT", "start(\"up\")")),
              Map.entry("./apq down", e2e("LauncherIT", "start(\"down\")")),
              Map.entry("export KUBECONFIG=", e2e("LauncherIT", "export KUBECONFIG=")),
              Map.entry("./mvnw verify", new Proof(".ci/run", "./mvnw -B verify")),
              Map.entry("./apq kubectl-plugin", e2e("LauncherIT", "start(\"kubectl-plugin\")")),
              Map.entry(
                  "kubectl apq",
                  new Proof(
                      "kubectl-apq/src/test/java/dev/apq/kubectl/DocumentTest.java",
                      "docs/kubectl-apq.md")),
              Map.entry("kubectl ", e2e("DocumentedCommandsIT", "CommandBlock.all")),
              Map.entry(
                  "java -jar worker/target/apq-worker/apq-worker.jar profile",
                  new Proof(
                      "worker/src/test/java/dev/apq/worker/stage/ProfileRunnerTest.java",
                      "sendsWhatItMeasured")),
              Map.entry(
                  "java -jar worker/target/apq-worker/apq-worker.jar check",
                  e2e("AnswerCheck", "\"check\",")),
              Map.entry(
                  "java -jar worker/target/apq-worker/apq-worker.jar inspect-data",
                  new Proof(
                      "worker/src/test/java/dev/apq/worker/stage/DataInspectionTest.java",
                      ".inspect(")),
              Map.entry(
                  "java -jar worker/target/apq-worker/apq-worker.jar estimate",
                  new Proof(
                      "worker/src/test/java/dev/apq/worker/stage/EstimateRunnerTest.java",
                      "everyStageHasThroughputHoursMemoryAndSize")),
              Map.entry("conformance/check --worker", new Proof(".ci/run", "conformance/check"))));

  @Test
  void everyCommandIsRunByATestOrMarked() throws IOException {
    List<CommandBlock> blocks = CommandBlock.all(ROOT);
    assertThat(blocks).hasSizeGreaterThan(20);
    for (CommandBlock block : blocks) {
      for (String command : block.commands()) {
        if (block.mark().isEmpty()) {
          Proof proof = proof(command).orElse(null);
          assertThat(proof)
              .as(
                  "%s: no test runs `%s`; add one, or begin the block with a line `# Needs ...`",
                  block.document(), command)
              .isNotNull();
          assertThat(Files.readString(ROOT.resolve(proof.file())))
              .as(proof.file() + " is to run `" + command + "`")
              .contains(proof.text());
        }
      }
    }
  }

  @Test
  void blocksAreReadAsPeopleReadThem() {
    List<CommandBlock> blocks =
        CommandBlock.blocks(
            "x.md",
            """
            ```console
            $ ./apq up      # starts
            output
            ```
            ```shell
            # Needs a cluster.
            kubectl get pods \\
              --all-namespaces   # all
            a |
              b '#c'
            ```
            ```yaml
            kind: Pod
            ```
            """);
    assertThat(blocks)
        .containsExactly(
            new CommandBlock("x.md", Optional.empty(), List.of("./apq up")),
            new CommandBlock(
                "x.md",
                Optional.of("Needs a cluster."),
                List.of("kubectl get pods --all-namespaces", "a | b '#c'")));
  }

  private static Optional<Proof> proof(String command) {
    return RUN_BY.entrySet().stream()
        .filter(entry -> command.startsWith(entry.getKey()))
        .reduce((shorter, longer) -> longer)
        .map(Map.Entry::getValue);
  }

  private static Proof e2e(String test, String text) {
    return new Proof("local/src/test/java/dev/apq/local/e2e/" + test + ".java", text);
  }
}
