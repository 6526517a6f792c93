package dev.apq.kubectl.view;

import dev.apq.core.cost.Metric;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.result.SearchResult;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Accuracy against a cost as a picture: SVG without scripts, styles or references. */
public final class FrontSvg {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 60;
  private static final int TICKS = 6;

  private final StringBuilder svg = new StringBuilder();
  private final Axis x;
  private final Axis y;

  private FrontSvg(Axis x, Axis y) {
    this.x = x;
    this.y = y;
  }

  /**
   * The picture.
   *
   * @param metric cost of the horizontal axis
   */
  public static String of(SearchResult result, Metric metric) {
    List<FrontPoint> points =
        result.points().stream()
            .filter(point -> Double.isFinite(point.cost(metric)))
            .sorted(Comparator.comparingDouble(point -> point.cost(metric)))
            .toList();
    FrontSvg picture =
        new FrontSvg(
            Axis.over(points.stream().map(point -> point.cost(metric)).toList()),
            Axis.over(points.stream().map(FrontPoint::accuracy).toList()));
    return picture.draw(result, points, metric, result.limits().get(metric));
  }

  private String draw(
      SearchResult result, List<FrontPoint> points, Metric metric, @Nullable Double limit) {
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">\n"
            .formatted(WIDTH, HEIGHT));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text(LEFT, 22, "start", "Front of " + result.search().getMetadata().getName());
    axes(metric);
    if (limit != null && limit >= x.min() && limit <= x.max()) {
      svg.append(
          "<path d=\"M%s %dV%d\" stroke=\"#c0392b\" stroke-dasharray=\"4 3\"/>\n"
              .formatted(px(limit), TOP, HEIGHT - BOTTOM));
      text(px(limit), TOP - 4, "middle", "limit " + Numbers.cost(limit));
    }
    StringBuilder steps = new StringBuilder();
    for (FrontPoint point : points) {
      String to = px(point.cost(metric));
      String height = py(point.accuracy());
      steps.append(steps.isEmpty() ? "M" + to + " " + height : "H" + to + "V" + height);
    }
    svg.append("<path d=\"").append(steps).append("\" fill=\"none\" stroke=\"#9db4c8\"/>\n");
    points.forEach(point -> point(point, metric));
    return svg.append("</svg>\n").toString();
  }

  private void axes(Metric metric) {
    int bottom = HEIGHT - BOTTOM;
    svg.append(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>\n"
            .formatted(LEFT, TOP, bottom, WIDTH - RIGHT));
    for (BigDecimal tick : x.ticks(TICKS)) {
      String at = px(tick.doubleValue());
      svg.append("<path d=\"M%s %dv5\" stroke=\"black\"/>\n".formatted(at, bottom));
      text(at, bottom + 20, "middle", tick.toPlainString());
    }
    for (BigDecimal tick : y.ticks(TICKS)) {
      String at = py(tick.doubleValue());
      svg.append("<path d=\"M%d %sh-5\" stroke=\"black\"/>\n".formatted(LEFT, at));
      svg.append(
          "<text x=\"%d\" y=\"%s\" dy=\"4\" text-anchor=\"end\">%s</text>\n"
              .formatted(LEFT - 9, at, tick.toPlainString()));
    }
    text(WIDTH - RIGHT, bottom + 44, "end", metric.displayName() + ", " + metric.unit());
    text(LEFT, TOP - 4, "end", "accuracy");
  }

  private void point(FrontPoint point, Metric metric) {
    svg.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%d\" fill=\"%s\"><title>%s</title></circle>\n"
            .formatted(
                px(point.cost(metric)),
                py(point.accuracy()),
                point.best() ? 6 : 3,
                point.best() ? "#27ae60" : "#2f6f9f",
                escaped(
                    "%s: accuracy %s, %s %s %s"
                        .formatted(
                            point.shortDigest(),
                            Numbers.accuracy(point.accuracy()),
                            metric.displayName(),
                            Numbers.cost(point.cost(metric)),
                            metric.unit()))));
  }

  private void text(Object at, int height, String anchor, String text) {
    svg.append(
        "<text x=\"%s\" y=\"%d\" text-anchor=\"%s\">%s</text>\n"
            .formatted(at, height, anchor, escaped(text)));
  }

  private String px(double value) {
    return decimal(LEFT + x.position(value) * (WIDTH - LEFT - RIGHT));
  }

  private String py(double value) {
    return decimal(HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM));
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
