package dev.apq.kubectl.view;

import dev.apq.core.cost.Metric;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.result.SearchResult;
import dev.apq.kubectl.view.TextTable.Cell;
import dev.apq.kubectl.view.TextTable.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The points of a front in a table, cheapest first. */
public final class FrontTable {
  private FrontTable() {}

  /**
   * The table as lines.
   *
   * @param order cost that the rows are sorted by
   * @param rows rows at most; the answer is always among them and the others are evenly spread
   */
  public static List<String> lines(SearchResult result, Metric order, int rows, Terminal terminal) {
    List<Metric> metrics = result.metrics();
    List<Column> columns = new ArrayList<>();
    columns.add(Column.number("POINT"));
    columns.add(Column.number("ACCURACY"));
    metrics.forEach(
        m -> columns.add(Column.number(m.displayName().toUpperCase(Locale.ROOT) + " " + m.unit())));
    columns.add(Column.text("DEPTHS"));
    columns.add(Column.text("DIGEST"));
    columns.add(Column.text(""));
    TextTable table = new TextTable(columns);
    List<FrontPoint> points =
        result.points().stream()
            .sorted(Comparator.comparingDouble(point -> point.cost(order)))
            .toList();
    for (FrontPoint point : spread(points, rows)) {
      Style style = point.best() ? Style.GOOD : Style.PLAIN;
      List<Cell> cells = new ArrayList<>();
      cells.add(new Cell(point.index() < 0 ? "-" : Integer.toString(point.index()), style));
      cells.add(new Cell(Numbers.accuracy(point.accuracy()), style));
      metrics.forEach(m -> cells.add(new Cell(Numbers.cost(point.cost(m)), style)));
      cells.add(new Cell(depths(point), style));
      cells.add(new Cell(point.shortDigest(), style));
      cells.add(new Cell(point.best() ? "answer" : "", style));
      table.row(cells);
    }
    List<String> lines = new ArrayList<>(table.lines(terminal));
    if (points.size() > rows) {
      lines.add(
          Style.FAINT.on(
              "%d of %d points; --rows shows more".formatted(rows, points.size()), terminal));
    }
    return lines;
  }

  private static String depths(FrontPoint point) {
    return String.join(
        "-", point.policy().architecture().depths().stream().map(String::valueOf).toList());
  }

  private static List<FrontPoint> spread(List<FrontPoint> points, int rows) {
    if (points.size() <= rows) {
      return points;
    }
    List<FrontPoint> kept = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      kept.add(points.get(rows == 1 ? 0 : (int) ((long) i * (points.size() - 1) / (rows - 1))));
    }
    FrontPoint answer = points.stream().filter(FrontPoint::best).findFirst().orElse(kept.get(0));
    if (!kept.contains(answer)) {
      int position = points.indexOf(answer);
      int nearest = 0;
      for (int i = 0; i < kept.size(); i++) {
        if (Math.abs(points.indexOf(kept.get(i)) - position)
            < Math.abs(points.indexOf(kept.get(nearest)) - position)) {
          nearest = i;
        }
      }
      kept.set(nearest, answer);
    }
    return kept;
  }
}
