package dev.apq.kubectl.view;

import java.util.Locale;
import java.util.Map;

/**
 * What the output can show.
 *
 * @param interactive whether it is a terminal, not a file or a pipe
 * @param color whether to use ANSI colors
 * @param unicode whether to draw with more than ASCII
 * @param width columns
 */
public record Terminal(boolean interactive, boolean color, boolean unicode, int width) {
  private static final int DEFAULT_WIDTH = 80;
  private static final int MIN_WIDTH = 40;
  private static final int MAX_WIDTH = 400;

  /**
   * As the environment says: {@code APQ_TERMINAL} (set by the launcher), {@code NO_COLOR}, {@code
   * TERM}, {@code COLUMNS} and the locale.
   */
  public static Terminal of(Map<String, String> environment) {
    boolean interactive = "1".equals(environment.get("APQ_TERMINAL"));
    boolean color =
        interactive
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Terminal(interactive, color, unicode(environment), width(environment));
  }

  /** The same with another width. */
  public Terminal withWidth(int columns) {
    return new Terminal(
        interactive, color, unicode, Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns)));
  }

  /** The same in plain ASCII. */
  public Terminal ascii() {
    return new Terminal(interactive, color, false, width);
  }

  private static boolean unicode(Map<String, String> environment) {
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return value.toUpperCase(Locale.ROOT).replace("-", "").endsWith("UTF8");
      }
    }
    return false;
  }

  private static int width(Map<String, String> environment) {
    String columns = environment.getOrDefault("COLUMNS", "");
    int wanted = columns.matches("[0-9]{1,4}") ? Integer.parseInt(columns) : DEFAULT_WIDTH;
    return wanted == 0 ? DEFAULT_WIDTH : Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, wanted));
  }
}
