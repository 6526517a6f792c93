package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.local.e2e.Launcher.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping, in the orderly way and in others. */
class LauncherIT {
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration STOP = Duration.ofMinutes(2);

  @TempDir private Path home;
  private Launcher apq;

  @BeforeEach
  void prepare() {
    apq = new Launcher(Path.of(Objects.requireNonNull(System.getProperty("apq.root"))), home);
  }

  @AfterEach
  void down() {
    apq.start("down").exit(STOP);
  }

  @Test
  void upLeavesAClusterThatKeepsItsResourcesOverDownAndUp() throws IOException {
    Run up = apq.start("up");
    assertThat(up.exit(START)).as(up.text()).isZero();
    Path kubeconfig = home.resolve("up/kubeconfig");
    assertThat(up.text()).contains("export KUBECONFIG=" + kubeconfig);
    Kubectl kubectl = new Kubectl(kubeconfig);
    kubectl.run(Manifests.search("default", "kept", "none", "1", 10), "apply", "--filename=-");

    Run again = apq.start("up");
    assertThat(again.exit(START)).isZero();
    assertThat(again.text()).contains("Already running");
    Run status = apq.start("status");
    assertThat(status.exit(STOP)).isZero();
    assertThat(status.text()).contains("kept");
    Run down = apq.start("down");
    assertThat(down.exit(STOP)).as(down.text()).isZero();
    assertThat(apq.leftovers()).isEmpty();

    assertThat(apq.start("up").exit(START)).isZero();
    assertThat(kubectl.run("", "get", "apqsearches")).contains("kept");
  }

  @Test
  void pluginIsBuiltAndExplained() {
    Run plugin = apq.start("kubectl-plugin");
    assertThat(plugin.exit(START)).as(plugin.text()).isZero();
    assertThat(plugin.text()).contains("kubectl-apq/target/kubectl-apq", "kubectl apq --help");
  }

  @Test
  void loadSaysWhatSearchesCostAndThatNothingIsWrittenAtRest() {
    Run load = apq.start("load", "--searches=3", "--rest-seconds=10");
    assertThat(load.exit(START)).as(load.text()).isZero();

    List<String> row =
        load.text().lines().filter(line -> line.startsWith("| 3 |")).findFirst().stream()
            .flatMap(line -> Stream.of(line.split("\\|")).map(String::strip))
            .filter(cell -> !cell.isEmpty())
            .toList();
    assertThat(row).as(load.text()).hasSize(8);
    assertThat(row.subList(0, 2)).containsExactly("3", "1");
    assertThat(row.subList(2, 4)).allMatch(times -> times.matches("[0-9.]+ / [0-9.]+"));
    assertThat(row.subList(4, 7)).allSatisfy(cell -> assertThat(Double.valueOf(cell)).isPositive());
    assertThat(row.get(7)).as("writes at rest").isEqualTo("0");
    assertThat(apq.leftovers()).isEmpty();
  }

  @Test
  void nothingSurvivesAKilledEnvironment() throws Exception {
    assertThat(apq.start("up").exit(START)).isZero();
    assertThat(apq.leftovers()).isNotEmpty();

    long environment = Long.parseLong(Files.readString(home.resolve("up/lock")).strip());
    ProcessHandle.of(environment).orElseThrow().destroyForcibly();

    Wait.until("all processes have ended", () -> apq.leftovers().isEmpty());
    Run status = apq.start("status");
    assertThat(status.exit(STOP)).isEqualTo(1);
    assertThat(status.text()).contains("Not running; start it with ./apq up");
  }

  @Test
  void nothingSurvivesCtrlCInADemo() throws IOException {
    Run demo = apq.start("demo");
    Wait.until("the first Pod runs", () -> Files.exists(home.resolve("demo/logs/pods/default")));

    demo.signal("INT");

    assertThat(demo.exit(STOP)).isEqualTo(130);
    assertThat(demo.text()).contains("Stopping").doesNotContain("error:");
    assertThat(apq.leftovers()).isEmpty();
  }

  @Test
  void theSecondEnvironmentInOneFolderIsRefused() {
    assertThat(apq.start("up").exit(START)).isZero();

    Run second = apq.start("serve");

    assertThat(second.exit(STOP)).isEqualTo(1);
    assertThat(second.text()).contains("already running as process").contains("./apq down");
  }
}
