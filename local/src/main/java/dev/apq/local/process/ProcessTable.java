package dev.apq.local.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The process groups that one environment has started, recorded in a directory so that none
 * outlives it.
 *
 * <p>Each child leads its own session, hence its own process group, and records itself before it
 * runs its command. A watchdog process holds the read end of a pipe from this JVM: when the JVM
 * ends, however it ends, the watchdog kills every recorded group. {@link #open} does the same for
 * what an earlier life left behind, should its watchdog have been killed too.
 */
public final class ProcessTable implements AutoCloseable {
  /** Records the calling shell's own /proc stat line under the table, then becomes the command. */
  private static final String RECORD_AND_RUN =
      "IFS= read -r stat </proc/$$/stat; printf '%s\\n' \"$stat\" >\"$0/$$\"; exec \"$@\"";

  /**
   * Kills the recorded groups. A record whose process id now belongs to a process with another
   * start time (field 22 of the stat line) is stale and only removed.
   */
  private static final String KILL_RECORDED =
      """
      start_time() { line=${1##*) }; set -f; set -- $line; set +f; printf '%s' "${20}"; }
      for record in "$0"/*; do
        pid=${record##*/}
        case $pid in *[!0-9]*) continue ;; esac
        IFS= read -r recorded <"$record" || recorded=
        current=
        if [ -r "/proc/$pid/stat" ]; then IFS= read -r current <"/proc/$pid/stat"; fi
        if [ -z "$current" ] || [ "$(start_time "$current")" = "$(start_time "$recorded")" ]; then
          kill -s KILL -- "-$pid" 2>/dev/null
        fi
        rm -f "$record"
      done
      """;

  private final Path directory;
  private final Process watchdog;

  private ProcessTable(Path directory, Process watchdog) {
    this.directory = directory;
    this.watchdog = watchdog;
  }

  /**
   * Ends every group that is still recorded in {@code directory} and starts the watchdog.
   *
   * @throws UncheckedIOException when the directory cannot be written or {@code sh} not be started
   */
  public static ProcessTable open(Path directory) {
    try {
      Files.createDirectories(directory);
      killRecorded(directory);
      // setsid keeps a Ctrl-C on the terminal away from the watchdog.
      Process watchdog =
          new ProcessBuilder(
                  "setsid", "sh", "-c", "cat >/dev/null\n" + KILL_RECORDED, directory.toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new ProcessTable(directory, watchdog);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep processes under " + directory, e);
    }
  }

  /**
   * Kills every process group recorded in {@code directory}; returns how many records there were.
   */
  public static int killRecorded(Path directory) {
    List<Path> records = records(directory);
    if (records.isEmpty()) {
      return 0;
    }
    try {
      Process killer =
          new ProcessBuilder("sh", "-c", KILL_RECORDED, directory.toString()).inheritIO().start();
      killer.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return records.size();
  }

  /** Process ids recorded in {@code directory}; empty when there is none. */
  public static List<Long> recorded(Path directory) {
    return records(directory).stream()
        .map(p -> Long.parseLong(p.getFileName().toString()))
        .toList();
  }

  private static List<Path> records(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(p -> p.getFileName().toString().matches("\\d+")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a command in its own process group.
   *
   * @throws IOException when the working directory or the log cannot be used
   */
  public ChildProcess start(Command command) throws IOException {
    List<String> line = new ArrayList<>(List.of("setsid", "sh", "-c", RECORD_AND_RUN));
    line.add(directory.toString());
    line.addAll(command.line());
    Files.createDirectories(command.workingDirectory());
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(command.workingDirectory().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
    builder.environment().clear();
    builder.environment().putAll(command.environment());
    Process process = builder.start();
    return new ChildProcess(command.name(), process, () -> forget(process.pid()));
  }

  private void forget(long pid) {
    try {
      Files.deleteIfExists(directory.resolve(Long.toString(pid)));
    } catch (IOException e) {
      // The record stays behind; its start time keeps a later reader from acting on it.
      System.getLogger(ProcessTable.class.getName()).log(System.Logger.Level.DEBUG, e);
    }
  }

  /** Lets the watchdog kill whatever is still recorded, and waits for it. */
  @Override
  public void close() {
    try {
      @Nullable OutputStream pipe = watchdog.getOutputStream();
      if (pipe != null) {
        pipe.close();
      }
      if (!watchdog.waitFor(10, TimeUnit.SECONDS)) {
        watchdog.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
