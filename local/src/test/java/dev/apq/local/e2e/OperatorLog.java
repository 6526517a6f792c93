package dev.apq.local.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Errors in the operator's log: the tests cause faults, but none that it may not expect. */
final class OperatorLog {
  private OperatorLog() {}

  static List<String> errors(Path log) {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains(" ERROR ")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
