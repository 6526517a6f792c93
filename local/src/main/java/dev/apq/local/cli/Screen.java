package dev.apq.local.cli;

import java.io.PrintStream;

/**
 * Shows lasting lines and one line that changes. Where there is no terminal the changing line is
 * printed as an ordinary one, but only when it says something new.
 */
final class Screen {
  private static final String CLEAR_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean terminal;
  private String shown = "";

  /** Writes to {@code out}. */
  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** For standard output; the launcher knows whether that is a terminal. */
  static Screen standard() {
    return new Screen(System.out, "1".equals(System.getenv("APQ_TERMINAL")));
  }

  /** Prints a line that stays. */
  void line(String text) {
    if (terminal) {
      out.print(CLEAR_LINE);
    }
    out.println(text);
    shown = "";
    out.flush();
  }

  /**
   * Shows what happens now.
   *
   * @param text the changing line
   * @param milestone the same, coarser: a new line is printed without a terminal when it changes
   */
  void now(String text, String milestone) {
    if (terminal) {
      if (!text.equals(shown)) {
        out.print(CLEAR_LINE + text);
        out.flush();
        shown = text;
      }
    } else if (!milestone.equals(shown)) {
      out.println(text);
      out.flush();
      shown = milestone;
    }
  }
}
