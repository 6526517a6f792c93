package dev.apq.local.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A running command together with its descendants, which share its process group. */
public final class ChildProcess {
  private final String name;
  private final Process process;
  private final CompletableFuture<Integer> exit;

  ChildProcess(String name, Process process, Runnable afterwards) {
    this.name = name;
    this.process = process;
    this.exit =
        process
            .onExit()
            .thenApply(
                ended -> {
                  // What the command left behind ends with it, as it would with a container.
                  signal("KILL");
                  afterwards.run();
                  return ended.exitValue();
                });
  }

  /** The name from the command. */
  public String name() {
    return name;
  }

  /** Process id, which is also the process group's. */
  public long pid() {
    return process.pid();
  }

  /** Whether the command itself still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Completes with the exit code; 128 + n when signal n ended it. */
  public CompletableFuture<Integer> exit() {
    return exit;
  }

  /** Sends a signal, by its name without SIG, to the whole process group. */
  public void signal(String signal) {
    try {
      new ProcessBuilder("sh", "-c", "kill -s \"$0\" -- \"-$1\"", signal, Long.toString(pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  /** SIGTERM, then SIGKILL once {@code grace} has passed; returns when the command has ended. */
  public void stop(Duration grace) {
    if (process.isAlive()) {
      signal("TERM");
      try {
        if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
          signal("KILL");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        signal("KILL");
      }
    }
    exit.join();
  }
}
