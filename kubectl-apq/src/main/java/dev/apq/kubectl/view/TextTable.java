package dev.apq.kubectl.view;

import java.util.ArrayList;
import java.util.List;

/** A table in kubectl's layout: headings in capitals, columns three spaces apart. */
public final class TextTable {
  private static final int GAP = 3;

  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  /** With these columns. */
  public TextTable(Column... columns) {
    this(List.of(columns));
  }

  /** With these columns. */
  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /**
   * A column.
   *
   * @param heading its name
   * @param right whether it is aligned to the right, as numbers are
   */
  public record Column(String heading, boolean right) {

    /** A column of text. */
    public static Column text(String heading) {
      return new Column(heading, false);
    }

    /** A column of numbers. */
    public static Column number(String heading) {
      return new Column(heading, true);
    }
  }

  /**
   * A cell.
   *
   * @param text what it says
   * @param style how
   */
  public record Cell(String text, Style style) {

    /** A plain cell. */
    public static Cell of(String text) {
      return new Cell(text, Style.PLAIN);
    }
  }

  /** Appends a row of plain cells. */
  public TextTable row(String... cells) {
    return row(List.of(cells).stream().map(Cell::of).toList());
  }

  /** Appends a row. */
  public TextTable row(List<Cell> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(cells.size() + " cells, " + columns.size() + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  /** The lines, headings first, without trailing spaces. */
  public List<String> lines(Terminal terminal) {
    int[] widths = new int[columns.size()];
    for (int c = 0; c < widths.length; c++) {
      int column = c;
      widths[c] =
          Math.max(
              columns.get(c).heading().length(),
              rows.stream().mapToInt(row -> length(row.get(column).text())).max().orElse(0));
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(columns.stream().map(c -> Cell.of(c.heading())).toList(), widths, terminal));
    rows.forEach(row -> lines.add(line(row, widths, terminal)));
    return lines;
  }

  private String line(List<Cell> cells, int[] widths, Terminal terminal) {
    StringBuilder line = new StringBuilder();
    int pending = 0;
    for (int c = 0; c < cells.size(); c++) {
      Cell cell = cells.get(c);
      int space = widths[c] - length(cell.text());
      int before = columns.get(c).right() ? space : 0;
      if (!cell.text().isEmpty()) {
        line.append(" ".repeat(pending + before)).append(cell.style().on(cell.text(), terminal));
        pending = space - before + GAP;
      } else {
        pending += widths[c] + GAP;
      }
    }
    return line.toString();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
