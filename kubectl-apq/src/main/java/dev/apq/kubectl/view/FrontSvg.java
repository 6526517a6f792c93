package dev.apq.kubectl.view;

import dev.apq.core.cost.Metric;
import dev.apq.kubectl.result.FrontPoint;
import dev.apq.kubectl.result.SearchResult;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accuracy against a cost as a picture. */
public final class FrontSvg {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 60;
  private static final int TICKS = 6;

  private final Svg svg = new Svg(WIDTH, HEIGHT);
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
    svg.text(LEFT, 22, "start", "Front of " + result.search().getMetadata().getName());
    axes(metric);
    if (limit != null && limit >= x.min() && limit <= x.max()) {
      svg.line(
          "<path d=\"M%s %dV%d\" stroke=\"#c0392b\" stroke-dasharray=\"4 3\"/>"
              .formatted(px(limit), TOP, HEIGHT - BOTTOM));
      svg.text(px(limit), TOP - 4, "middle", "limit " + Numbers.cost(limit));
    }
    StringBuilder steps = new StringBuilder();
    for (FrontPoint point : points) {
      String to = px(point.cost(metric));
      String height = py(point.accuracy());
      steps.append(steps.isEmpty() ? "M" + to + " " + height : "H" + to + "V" + height);
    }
    svg.line("<path d=\"" + steps + "\" fill=\"none\" stroke=\"#9db4c8\"/>");
    points.forEach(point -> point(point, metric));
    return svg.end();
  }

  private void axes(Metric metric) {
    int bottom = HEIGHT - BOTTOM;
    svg.line(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"black\"/>"
            .formatted(LEFT, TOP, bottom, WIDTH - RIGHT));
    for (BigDecimal tick : x.ticks(TICKS)) {
      String at = px(tick.doubleValue());
      svg.line("<path d=\"M%s %dv5\" stroke=\"black\"/>".formatted(at, bottom));
      svg.text(at, bottom + 20, "middle", tick.toPlainString());
    }
    for (BigDecimal tick : y.ticks(TICKS)) {
      String at = py(tick.doubleValue());
      svg.line("<path d=\"M%d %sh-5\" stroke=\"black\"/>".formatted(LEFT, at));
      svg.text(LEFT - 9, at, "end", " dy=\"4\"", tick.toPlainString());
    }
    svg.text(WIDTH - RIGHT, bottom + 44, "end", metric.displayName() + ", " + metric.unit());
    svg.text(LEFT, TOP - 4, "end", "accuracy");
  }

  private void point(FrontPoint point, Metric metric) {
    svg.line(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%d\" fill=\"%s\"><title>%s</title></circle>"
            .formatted(
                px(point.cost(metric)),
                py(point.accuracy()),
                point.best() ? 6 : 3,
                point.best() ? "#27ae60" : "#2f6f9f",
                Svg.escaped(
                    "%s: accuracy %s, %s %s %s"
                        .formatted(
                            point.shortDigest(),
                            Numbers.accuracy(point.accuracy()),
                            metric.displayName(),
                            Numbers.cost(point.cost(metric)),
                            metric.unit()))));
  }

  private String px(double value) {
    return Svg.decimal(LEFT + x.position(value) * (WIDTH - LEFT - RIGHT));
  }

  private String py(double value) {
    return Svg.decimal(HEIGHT - BOTTOM - y.position(value) * (HEIGHT - TOP - BOTTOM));
  }
}
