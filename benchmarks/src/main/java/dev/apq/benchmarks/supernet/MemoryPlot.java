package dev.apq.benchmarks.supernet;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Resident memory and live native arrays over steps, as an SVG picture.
 *
 * @param points in the order of their steps, at least one
 * @param steps training steps; what follows are subnet changes
 * @param space name of the search space
 */
record MemoryPlot(List<Point> points, int steps, String space) {
  private static final int WIDTH = 720;
  private static final int PANEL = 170;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int GAP = 40;

  /**
   * @param step training steps and subnet changes so far
   * @param residentBytes memory of the process in RAM
   * @param arrays native arrays that are referenced
   */
  record Point(int step, long residentBytes, int arrays) {}

  /** The picture. */
  String svg() {
    int height = TOP + 2 * PANEL + 2 * GAP;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
            .formatted(WIDTH, height)
        + "font-family=\"sans-serif\" font-size=\"12\">\n"
        + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        + text(LEFT, 20, "start", space + ": training steps, then subnet changes")
        + panel(TOP, "resident memory, MB", point -> point.residentBytes() / 1e6)
        + panel(TOP + PANEL + GAP, "live native arrays", Point::arrays)
        + "</svg>\n";
  }

  private String panel(int top, String title, ToDoubleFunction<Point> value) {
    double greatest = points.stream().mapToDouble(value).max().orElse(1);
    double scale = Math.max(1, greatest * 1.15);
    int bottom = top + PANEL;
    StringBuilder line = new StringBuilder();
    for (Point point : points) {
      double y = bottom - PANEL * value.applyAsDouble(point) / scale;
      line.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.step()), y));
    }
    return rule(LEFT, top, LEFT, bottom, "#333")
        + rule(LEFT, bottom, WIDTH - RIGHT, bottom, "#333")
        + rule(x(steps), top, x(steps), bottom, "#bbb")
        + text(LEFT + 6, top + 12, "start", title)
        + text(LEFT - 6, bottom, "end", "0")
        + text(
            LEFT - 6, bottom - PANEL / 1.15, "end", String.format(Locale.ROOT, "%,.0f", greatest))
        + text(LEFT, bottom + 16, "middle", "0")
        + text(x(steps), bottom + 16, "middle", Integer.toString(steps))
        + text(WIDTH - RIGHT, bottom + 16, "end", Integer.toString(lastStep()))
        + "<polyline fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"1.5\" points=\""
        + line.toString().strip()
        + "\"/>\n";
  }

  private int lastStep() {
    return points.get(points.size() - 1).step();
  }

  private double x(int step) {
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * step / lastStep();
  }

  private static String rule(double x1, double y1, double x2, double y2, String colour) {
    return String.format(
        Locale.ROOT,
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
        x1,
        y1,
        x2,
        y2,
        colour);
  }

  private static String text(double x, double y, String anchor, String content) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        content);
  }
}
