package dev.apq.study.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * A line chart with error bars as SVG. Equal data give equal bytes. Readable on white and on black:
 * text and axes are grey, and no series is told apart by colour alone.
 *
 * @param title above the plot
 * @param xLabel below the plot
 * @param yLabel left of the plot
 * @param logarithmic whether the x axis is
 * @param xTicks where the x axis is labelled
 * @param series drawn in this order
 */
public record LineChart(
    String title,
    String xLabel,
    String yLabel,
    boolean logarithmic,
    List<Double> xTicks,
    List<Series> series) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final int Y_TICKS = 6;
  private static final int MARK = 4;
  private static final int LEGEND_STEP = 22;
  private static final double MARGIN = 0.05;
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#888888");
  private static final List<String> DASHES =
      List.of("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4", "4 1");

  /**
   * A named line.
   *
   * @param points in order of x
   */
  public record Series(String name, List<Point> points) {}

  /**
   * A point with its interval.
   *
   * @param x position
   * @param y value
   * @param low lower end of the interval
   * @param high upper end of the interval
   */
  public record Point(double x, double y, double low, double high) {
    /** The point of an estimate. */
    public static Point of(double x, Estimate estimate, double scale) {
      return new Point(x, scale * estimate.mean(), scale * estimate.low(), scale * estimate.high());
    }
  }

  /** The chart as an SVG document. */
  public String svg() {
    List<Point> all = new ArrayList<>();
    series.forEach(s -> all.addAll(s.points()));
    DoubleUnaryOperator x = xAxis();
    double least = all.stream().mapToDouble(p -> finite(p.low(), p.y())).min().orElse(0);
    double greatest = all.stream().mapToDouble(p -> finite(p.high(), p.y())).max().orElse(1);
    double step = niceStep((greatest - least) / Y_TICKS);
    double bottom = Math.floor(least / step) * step;
    double top = Math.max(bottom + step, Math.ceil(greatest / step) * step);
    DoubleUnaryOperator y =
        v -> HEIGHT - BOTTOM - (v - bottom) / (top - bottom) * (HEIGHT - TOP - BOTTOM);
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#808080\">\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append(format("<text x=\"%d\" y=\"22\" font-size=\"14\">%s</text>\n", LEFT, escape(title)));
    axes(svg, x, y, bottom, top, step);
    for (int i = 0; i < series.size(); i++) {
      draw(svg, series.get(i), i, x, y, bottom, top);
    }
    return svg.append("</svg>\n").toString();
  }

  private DoubleUnaryOperator xAxis() {
    DoubleUnaryOperator scale = logarithmic ? Math::log : v -> v;
    double first = scale.applyAsDouble(xTicks.stream().mapToDouble(v -> v).min().orElse(1));
    double last = scale.applyAsDouble(xTicks.stream().mapToDouble(v -> v).max().orElse(2));
    double range = last > first ? last - first : 1;
    double width = WIDTH - LEFT - RIGHT;
    return v ->
        LEFT + width * (MARGIN + (1 - 2 * MARGIN) * (scale.applyAsDouble(v) - first) / range);
  }

  private void axes(
      StringBuilder svg,
      DoubleUnaryOperator x,
      DoubleUnaryOperator y,
      double bottom,
      double top,
      double step) {
    int right = WIDTH - RIGHT;
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step)));
    for (double v = bottom; v <= top + step / 2; v += step) {
      svg.append(
          format(
              "<path d=\"M%d %.1fH%d\" stroke=\"#808080\" stroke-opacity=\"0.25\"/>"
                  + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
              LEFT,
              y.applyAsDouble(v),
              right,
              LEFT - 6,
              y.applyAsDouble(v) + MARK,
              format("%." + decimals + "f", v)));
    }
    for (double tick : xTicks) {
      svg.append(
          format(
              "<path d=\"M%.1f %dv5\" stroke=\"#808080\"/>"
                  + "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
              x.applyAsDouble(tick),
              HEIGHT - BOTTOM,
              x.applyAsDouble(tick),
              HEIGHT - BOTTOM + 18,
              plain(tick)));
    }
    svg.append(
        format(
            "<path d=\"M%d %dH%dM%d %dV%d\" stroke=\"#808080\" fill=\"none\"/>\n",
            LEFT, HEIGHT - BOTTOM, right, LEFT, TOP, HEIGHT - BOTTOM));
    svg.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + right) / 2, HEIGHT - 10, escape(xLabel)));
    svg.append(
        format(
            "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>\n",
            (TOP + HEIGHT - BOTTOM) / 2, escape(yLabel)));
  }

  private static void draw(
      StringBuilder svg,
      Series series,
      int index,
      DoubleUnaryOperator x,
      DoubleUnaryOperator y,
      double bottom,
      double top) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder line = new StringBuilder();
    StringBuilder bars = new StringBuilder();
    for (Point point : series.points()) {
      double px = x.applyAsDouble(point.x());
      double py = y.applyAsDouble(point.y());
      line.append(format("%s%.1f %.1f", line.isEmpty() ? "M" : "L", px, py));
      double low = Math.max(bottom, finite(point.low(), point.y()));
      double high = Math.min(top, finite(point.high(), point.y()));
      bars.append(format("M%.1f %.1fV%.1f", px, y.applyAsDouble(low), y.applyAsDouble(high)));
      svg.append(
          format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%d\" fill=\"%s\"/>", px, py, MARK, colour));
    }
    int legend = TOP + 10 + LEGEND_STEP * index;
    line.append(format("M%d %dh28", WIDTH - RIGHT + 10, legend));
    svg.append(
        format(
            "<path d=\"%s\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\""
                + " fill=\"none\"/><path d=\"%s\" stroke=\"%s\"/>",
            line, colour, DASHES.get(index % DASHES.size()), bars, colour));
    svg.append(
        format(
            "<text x=\"%d\" y=\"%d\">%s</text>\n",
            WIDTH - RIGHT + 44, legend + MARK, escape(series.name())));
  }

  private static double finite(double value, double otherwise) {
    return Double.isFinite(value) ? value : otherwise;
  }

  /** The next of 1, 2, 5 times a power of ten. */
  private static double niceStep(double least) {
    if (!(least > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * power >= least) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? format("%.0f", value) : format("%.3g", value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
