package dev.apq.kubectl;

import dev.apq.kubectl.view.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to draw. */
final class DisplayOptions {
  @Option(names = "--ascii", description = "Draw with ASCII characters only.")
  private boolean ascii;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description = "Width of the output; that of the terminal if absent.")
  private @Nullable Integer width;

  Terminal apply(Terminal terminal) {
    Terminal sized = width == null ? terminal : terminal.withWidth(width);
    return ascii ? sized.ascii() : sized;
  }
}
