package dev.apq.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Map<String, String> PATH = Map.of("PATH", "/usr/bin:/bin");

  @TempDir private Path directory;

  @Test
  void tellsTheExitCodeAndKeepsTheOutput() throws IOException {
    try (ProcessTable table = table()) {
      ChildProcess process = start(table, "echo out; echo err >&2; exit 7");

      assertThat(process.exit().join()).isEqualTo(7);
      assertThat(directory.resolve("log")).hasContent("out\nerr\n");
      await(() -> ProcessTable.recorded(directory.resolve("table")).isEmpty());
    }
  }

  @Test
  void stopAsksFirstAndThenKillsTheWholeGroup() throws IOException {
    try (ProcessTable table = table()) {
      ChildProcess polite =
          start(table, "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done");
      await(this::started);
      polite.stop(TIMEOUT);
      assertThat(polite.exit().join()).isEqualTo(3);

      Files.delete(directory.resolve("log"));
      ChildProcess deaf =
          start(table, "trap '' TERM; (trap '' TERM; echo ready; sleep 600) & wait; sleep 600");
      await(this::started);
      List<ProcessHandle> descendants =
          ProcessHandle.of(deaf.pid()).orElseThrow().descendants().toList();
      assertThat(descendants).isNotEmpty();
      deaf.stop(Duration.ofMillis(100));
      assertThat(deaf.exit().join()).isEqualTo(128 + 9);
      await(() -> descendants.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void whatACommandLeavesBehindEndsWithIt() throws IOException {
    try (ProcessTable table = table()) {
      ChildProcess process = start(table, "sleep 600 & echo $!");
      process.exit().join();

      long child = Long.parseLong(Files.readString(directory.resolve("log")).strip());
      await(() -> ProcessHandle.of(child).isEmpty());
    }
  }

  @Test
  void everythingEndsWithTheJvmThatStartedItEvenIfThatIsKilled() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    await(this::started);
    long child = ProcessTable.recorded(directory.resolve("table")).get(0);
    assertThat(ProcessHandle.of(child)).isPresent();

    jvm.destroyForcibly().waitFor();

    await(() -> ProcessHandle.of(child).isEmpty());
  }

  @Test
  void aRecordOfAnotherProcessWithTheSameIdKillsNobody() throws IOException {
    try (ProcessTable table = table()) {
      ChildProcess bystander = start(table, "echo ready; sleep 600");
      await(this::started);
      Path old = Files.createDirectory(directory.resolve("old"));
      Path record = directory.resolve("table").resolve(Long.toString(bystander.pid()));
      String[] stat = Files.readString(record).split("\\) ", 2);
      String[] fields = stat[1].split(" ");
      fields[19] = "1";
      Files.writeString(
          old.resolve(Long.toString(bystander.pid())), stat[0] + ") " + String.join(" ", fields));

      ProcessTable.killRecorded(old);

      assertThat(bystander.alive()).isTrue();
      assertThat(old).isEmptyDirectory();
    }
  }

  /** Starts a long sleep and stays. */
  static final class Starter {
    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      ProcessTable table = ProcessTable.open(directory.resolve("table"));
      ChildProcess child = start(table, directory, "echo ready; sleep 600");
      child.exit().join();
    }
  }

  private ProcessTable table() {
    return ProcessTable.open(directory.resolve("table"));
  }

  private ChildProcess start(ProcessTable table, String script) throws IOException {
    return start(table, directory, script);
  }

  private static ChildProcess start(ProcessTable table, Path directory, String script)
      throws IOException {
    return table.start(
        new Command(
            "test", List.of("sh", "-c", script), PATH, directory, directory.resolve("log")));
  }

  private boolean started() {
    try {
      Path log = directory.resolve("log");
      return Files.exists(log) && Files.readString(log).contains("ready");
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    Await.until(condition, TIMEOUT, () -> "the expected state did not come");
  }
}
