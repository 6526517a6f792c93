package dev.apq.kubectl;

import dev.apq.kubectl.view.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** The plugin as a user runs it, in this process. */
final class Plugin {
  /** A minute after the recorded resources were finished. */
  static final Instant NOW = Instant.parse("2026-11-24T06:00:00Z");

  static final Terminal WIDE = new Terminal(false, false, true, 100);

  private Plugin() {}

  /** How a run ended. */
  record Run(int status, String out, String err) {}

  static Run run(String... arguments) {
    return run(WIDE, arguments);
  }

  static Run run(Terminal terminal, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        KubectlApq.run(
            new Console(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                terminal,
                Clock.fixed(NOW, ZoneOffset.UTC)),
            arguments);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
