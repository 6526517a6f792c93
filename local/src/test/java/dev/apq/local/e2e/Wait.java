package dev.apq.local.e2e;

import dev.apq.local.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what a test expects to come true. */
final class Wait {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private Wait() {}

  static void until(String expectation, BooleanSupplier condition) {
    until(expectation, TIMEOUT, condition);
  }

  static void until(String expectation, Duration timeout, BooleanSupplier condition) {
    Await.until(condition, timeout, () -> "not within " + timeout + ": " + expectation);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
