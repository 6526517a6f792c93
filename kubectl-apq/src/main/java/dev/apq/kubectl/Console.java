package dev.apq.kubectl;

import dev.apq.kubectl.view.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/**
 * What the process talks to.
 *
 * @param out standard output
 * @param err standard error
 * @param terminal what standard output can show
 * @param clock the time
 */
record Console(PrintStream out, PrintStream err, Terminal terminal, Clock clock) {

  static Console ofProcess() {
    Terminal terminal = Terminal.of(System.getenv());
    Charset charset = charset(terminal);
    return new Console(
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
        terminal,
        Clock.systemUTC());
  }

  void lines(List<String> lines) {
    lines.forEach(line -> out.print(line + "\n"));
  }

  PrintWriter writer() {
    return writer(out);
  }

  PrintWriter errorWriter() {
    return writer(err);
  }

  private PrintWriter writer(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, charset(terminal)), true);
  }

  // The JVM's own choice depends on its version; what is drawn depends on the terminal alone.
  private static Charset charset(Terminal terminal) {
    return terminal.unicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII;
  }
}
