package dev.apq.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for conditions that only asking again can tell. */
public final class Await {
  private static final long POLL_MILLIS = 100;

  private Await() {}

  /**
   * Asks every 100 ms until the condition holds.
   *
   * @throws IllegalStateException with the message of {@code otherwise} when it does not hold
   *     within {@code timeout}, or when the thread is interrupted
   */
  public static void until(
      BooleanSupplier condition, Duration timeout, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(otherwise.get());
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted; " + otherwise.get(), e);
      }
    }
  }

  /** The last lines of a log, indented for a message; empty when it cannot be read. */
  public static String lastLines(Path log, int count) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n",
          lines.subList(Math.max(0, lines.size() - count), lines.size()).stream()
              .map(line -> "  | " + line)
              .toList());
    } catch (IOException e) {
      return "";
    }
  }
}
