package dev.apq.kubectl.view;

import dev.apq.core.cost.Metric;
import dev.apq.kubectl.result.FrontPoint;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Accuracy against a cost, drawn with characters. */
public final class FrontPlot {
  private static final int HEIGHT = 14;
  private static final int MAX_WIDTH = 100;
  private static final int X_TICK_SPACING = 14;
  private static final int Y_TICK_SPACING = 3;

  private final Terminal terminal;
  private final Glyphs glyphs;

  /** For a terminal. */
  public FrontPlot(Terminal terminal) {
    this.terminal = terminal;
    this.glyphs = terminal.unicode() ? Glyphs.UNICODE : Glyphs.ASCII;
  }

  private record Glyphs(
      String point,
      String best,
      String limit,
      String tick,
      String side,
      String corner,
      String line,
      String lower) {
    static final Glyphs UNICODE = new Glyphs("•", "◆", "┊", "┤", "│", "└", "─", "┬");
    static final Glyphs ASCII = new Glyphs("o", "*", ":", "+", "|", "+", "-", "+");
  }

  /**
   * The plot as lines.
   *
   * @param points what to draw; those that do not know the cost are left out
   * @param metric cost of the horizontal axis
   * @param limit limit of that cost, if there is one
   */
  public List<String> lines(List<FrontPoint> points, Metric metric, @Nullable Double limit) {
    List<FrontPoint> known =
        points.stream()
            .filter(point -> Double.isFinite(point.cost(metric)))
            .sorted(Comparator.comparingDouble(point -> point.cost(metric)))
            .toList();
    Axis y = Axis.over(known.stream().map(FrontPoint::accuracy).toList());
    Axis x = costs(known, metric, limit);
    List<BigDecimal> yTicks = y.ticks(HEIGHT / Y_TICK_SPACING);
    int margin = yTicks.stream().mapToInt(tick -> tick.toPlainString().length()).max().orElse(1);
    int width = Math.min(terminal.width(), MAX_WIDTH) - margin - 2;
    List<String> lines = new ArrayList<>();
    lines.add(Style.FAINT.on("accuracy", terminal));
    lines.addAll(body(canvas(known, metric, limit, x, y, width), y, yTicks, margin));
    lines.addAll(axis(x, x.ticks(width / X_TICK_SPACING), metric, margin, width));
    lines.add(legend(metric, limit, limit != null && shown(x, limit)));
    return lines;
  }

  // A limit far beyond all points would squeeze them to one side.
  private static Axis costs(List<FrontPoint> points, Metric metric, @Nullable Double limit) {
    List<Double> values = new ArrayList<>(points.stream().map(p -> p.cost(metric)).toList());
    Axis alone = Axis.over(values);
    if (limit != null && limit <= alone.max() + (alone.max() - alone.min()) / 2) {
      values.add(limit);
    }
    return Axis.over(values);
  }

  private Canvas canvas(
      List<FrontPoint> points, Metric metric, @Nullable Double limit, Axis x, Axis y, int width) {
    Canvas canvas = new Canvas(width, HEIGHT, terminal.unicode());
    double reached = Double.NEGATIVE_INFINITY;
    double from = Double.NaN;
    for (FrontPoint point : points) {
      double at = x.position(point.cost(metric));
      double height = y.position(point.accuracy());
      if (height > reached) {
        if (!Double.isNaN(from)) {
          canvas.horizontal(from, at, reached);
          canvas.vertical(at, reached, height);
        }
        from = at;
        reached = height;
      }
    }
    points.forEach(
        p -> canvas.mark(x.position(p.cost(metric)), y.position(p.accuracy()), glyphs.point()));
    points.stream()
        .filter(FrontPoint::best)
        .forEach(
            p -> canvas.mark(x.position(p.cost(metric)), y.position(p.accuracy()), glyphs.best()));
    if (limit != null && shown(x, limit)) {
      canvas.backdrop(x.position(limit), glyphs.limit());
    }
    return canvas;
  }

  private static boolean shown(Axis axis, double value) {
    return value >= axis.min() && value <= axis.max();
  }

  private List<String> body(Canvas canvas, Axis y, List<BigDecimal> ticks, int margin) {
    String[] labels = new String[HEIGHT];
    for (BigDecimal tick : ticks) {
      int row = (int) Math.floor((1 - y.position(tick.doubleValue())) * HEIGHT);
      labels[Math.max(0, Math.min(HEIGHT - 1, row))] = tick.toPlainString();
    }
    List<String> lines = new ArrayList<>();
    List<List<String>> rows = canvas.rows();
    for (int r = 0; r < HEIGHT; r++) {
      String label = labels[r] == null ? "" : labels[r];
      StringBuilder line = new StringBuilder();
      line.append(" ".repeat(margin - label.length())).append(label).append(' ');
      line.append(labels[r] == null ? glyphs.side() : glyphs.tick());
      rows.get(r).forEach(character -> line.append(styled(character)));
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private String styled(String character) {
    if (character.equals(glyphs.best())) {
      return Style.GOOD.on(character, terminal);
    }
    if (character.equals(glyphs.point())) {
      return Style.POINT.on(character, terminal);
    }
    return character.equals(glyphs.limit()) ? Style.BAD.on(character, terminal) : character;
  }

  private List<String> axis(Axis x, List<BigDecimal> ticks, Metric metric, int margin, int width) {
    String[] line = new String[width];
    Arrays.fill(line, glyphs.line());
    StringBuilder labels = new StringBuilder(" ".repeat(width + margin + 2));
    int free = 0;
    for (BigDecimal tick : ticks) {
      int column = Math.min(width - 1, (int) Math.floor(x.position(tick.doubleValue()) * width));
      line[column] = glyphs.lower();
      String label = tick.toPlainString();
      int start = margin + 2 + column - label.length() / 2;
      if (start >= free && start + label.length() <= labels.length()) {
        labels.replace(start, start + label.length(), label);
        free = start + label.length() + 2;
      }
    }
    String name = metric.displayName().toLowerCase(Locale.ROOT) + ", " + metric.unit();
    return List.of(
        " ".repeat(margin + 1) + glyphs.corner() + String.join("", line),
        labels.toString().stripTrailing(),
        " ".repeat(Math.max(0, margin + 2 + width - name.length()))
            + Style.FAINT.on(name, terminal));
  }

  private String legend(Metric metric, @Nullable Double limit, boolean shown) {
    StringBuilder legend = new StringBuilder();
    legend.append(Style.POINT.on(glyphs.point(), terminal)).append(" front   ");
    legend.append(Style.GOOD.on(glyphs.best(), terminal)).append(" answer");
    if (limit != null) {
      legend.append("   ").append(Style.BAD.on(glyphs.limit(), terminal));
      legend.append(" limit ").append(Numbers.cost(limit)).append(' ').append(metric.unit());
      legend.append(shown ? "" : " (beyond this plot)");
    }
    return legend.toString();
  }
}
