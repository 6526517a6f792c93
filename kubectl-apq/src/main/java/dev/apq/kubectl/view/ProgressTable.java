package dev.apq.kubectl.view;

import dev.apq.kubectl.view.ProgressRow.Health;
import dev.apq.kubectl.view.TextTable.Cell;
import dev.apq.kubectl.view.TextTable.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Trainings and searches with how far they are. */
public final class ProgressTable {
  private static final int BAR = 10;

  private ProgressTable() {}

  /**
   * The table as lines; what is under way or needs help comes first.
   *
   * @param namespaces whether to name each resource's namespace
   */
  public static List<String> lines(List<ProgressRow> rows, boolean namespaces, Terminal terminal) {
    List<Column> columns = new ArrayList<>();
    if (namespaces) {
      columns.add(Column.text("NAMESPACE"));
    }
    for (String heading : new String[] {"KIND", "NAME", "STATE", "STAGE", "PROGRESS"}) {
      columns.add(Column.text(heading));
    }
    columns.add(Column.number("ETA"));
    columns.add(Column.number("ACCURACY"));
    columns.add(Column.text("LIMITS"));
    columns.add(Column.text("AGE"));
    TextTable table = new TextTable(columns);
    rows.stream()
        .sorted(
            Comparator.comparing((ProgressRow row) -> row.health() == Health.DONE)
                .thenComparing(ProgressRow::namespace)
                .thenComparing(ProgressRow::name)
                .thenComparing(ProgressRow::kind, Comparator.reverseOrder()))
        .forEach(row -> table.row(cells(row, namespaces, terminal)));
    return table.lines(terminal);
  }

  private static List<Cell> cells(ProgressRow row, boolean namespaces, Terminal terminal) {
    List<Cell> cells = new ArrayList<>();
    if (namespaces) {
      cells.add(Cell.of(row.namespace()));
    }
    cells.add(Cell.of(row.kind()));
    cells.add(Cell.of(row.name()));
    cells.add(new Cell(row.state(), style(row.health())));
    cells.add(Cell.of(row.stage()));
    cells.add(Cell.of(bar(row.percent(), terminal)));
    Duration eta = row.eta();
    cells.add(Cell.of(eta == null ? "" : Numbers.span(eta)));
    cells.add(Cell.of(row.accuracy()));
    cells.add(Cell.of(row.limits()));
    cells.add(Cell.of(Numbers.span(row.age())));
    return cells;
  }

  private static Style style(Health health) {
    return switch (health) {
      case DONE -> Style.GOOD;
      case RUNNING -> Style.POINT;
      case STALLED -> Style.BAD;
    };
  }

  private static String bar(int percent, Terminal terminal) {
    int full = percent * BAR / 100;
    String done = terminal.unicode() ? "█" : "#";
    String open = terminal.unicode() ? "░" : ".";
    return done.repeat(full) + open.repeat(BAR - full) + "%4d%%".formatted(percent);
  }
}
