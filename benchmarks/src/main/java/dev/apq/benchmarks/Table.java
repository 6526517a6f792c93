package dev.apq.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The report: named sections of rows, printed in aligned columns. */
public final class Table {
  private static final int NAME_WIDTH = 58;
  private static final int VALUE_WIDTH = 16;

  private final List<String> lines = new ArrayList<>();
  private final Appendable out;

  public Table(Appendable out) {
    this.out = out;
  }

  public void section(String title) {
    line("");
    line(title);
    line("-".repeat(title.length()));
  }

  public void row(String name, String value, String note) {
    line(
        String.format("%-" + NAME_WIDTH + "s %" + VALUE_WIDTH + "s  %s", name, value, note)
            .stripTrailing());
  }

  /** A row that the machine cannot fill. */
  public void notMeasured(String name, String why) {
    row(name, "not measured", why);
  }

  public void line(String text) {
    lines.add(text);
    try {
      out.append(text).append(System.lineSeparator());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Everything printed so far. */
  List<String> lines() {
    return List.copyOf(lines);
  }
}
