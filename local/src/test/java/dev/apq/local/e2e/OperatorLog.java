package dev.apq.local.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Errors in the operator's log: the tests cause faults, but none that it may not expect. */
final class OperatorLog {
  /** How the SDK begins its warning, with a stack trace, of a visit that broke off. */
  private static final String BROKEN_VISIT = "Uncaught error during event processing";

  private OperatorLog() {}

  /** Errors alone: where requests are made to fail, visits break off and are repeated. */
  static List<String> errors(Path log) {
    return linesOf(log, line -> line.contains(" ERROR "));
  }

  /** Errors and visits that broke off: where nothing is made to fail there is neither. */
  static List<String> failures(Path log) {
    return linesOf(log, line -> line.contains(" ERROR ") || line.contains(BROKEN_VISIT));
  }

  private static List<String> linesOf(Path log, Predicate<String> wanted) {
    if (!Files.exists(log)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(wanted).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
