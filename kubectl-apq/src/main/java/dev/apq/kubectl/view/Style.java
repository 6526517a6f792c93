package dev.apq.kubectl.view;

/** Emphasis in ANSI colors; nothing where the terminal has none. */
public enum Style {
  /** As it is. */
  PLAIN(""),
  /** The answer, success. */
  GOOD("\u001b[1;32m"),
  /** Limits, failure. */
  BAD("\u001b[31m"),
  /** Points. */
  POINT("\u001b[36m"),
  /** Side matter. */
  FAINT("\u001b[2m");

  private static final String RESET = "\u001b[0m";
  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** The text in this style. */
  public String on(String text, Terminal terminal) {
    return this == PLAIN || !terminal.color() || text.isEmpty() ? text : code + text + RESET;
  }
}
