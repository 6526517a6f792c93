package dev.apq.worker.profile;

import java.util.Locale;

/** Predicted over measured latency as an SVG, with the line on which both are equal. */
final class ScatterPlot {
  private static final int SIZE = 420;
  private static final int MARGIN = 60;
  private static final int TICKS = 5;

  private final Validation validation;
  private final StringBuilder svg = new StringBuilder();
  private final double low;
  private final double high;

  ScatterPlot(Validation validation) {
    this.validation = validation;
    double least = Double.POSITIVE_INFINITY;
    double greatest = 0;
    for (Validation.Network network : validation.networks()) {
      least = Math.min(least, Math.min(network.predictedMs(), network.measuredMs()));
      greatest = Math.max(greatest, Math.max(network.predictedMs(), network.measuredMs()));
    }
    double room = 0.05 * (greatest - least) + 1e-9;
    this.low = Math.max(0, least - room);
    this.high = greatest + room;
  }

  String svg() {
    int all = SIZE + 2 * MARGIN;
    append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\" role=\"img\">",
        all, all, all, all);
    append("<title>Predicted over measured latency of random subnets</title>");
    append("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", all, all);
    append(
        "<text x=\"%d\" y=\"24\">%d random subnets, Kendall tau %.3f, mean relative error %.1f %%"
            + "</text>",
        MARGIN,
        validation.networks().size(),
        validation.kendallTau(),
        100 * validation.meanRelativeError());
    line(low, low, high, low);
    line(low, low, low, high);
    line(low, low, high, high);
    for (int i = 0; i <= TICKS; i++) {
      double value = low + (high - low) * i / TICKS;
      append(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.3g</text>",
          x(value), all - MARGIN + 18, value);
      append(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>",
          MARGIN - 6, y(value) + 4, value);
    }
    append("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">measured, ms</text>", all / 2, all - 16);
    append(
        "<text transform=\"translate(16,%d) rotate(-90)\" text-anchor=\"middle\">predicted, ms"
            + "</text>",
        all / 2);
    for (Validation.Network network : validation.networks()) {
      append(
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1d4ed8\" fill-opacity=\"0.7\"/>",
          x(network.measuredMs()), y(network.predictedMs()));
    }
    svg.append("</svg>\n");
    return svg.toString();
  }

  private void line(double x1, double y1, double x2, double y2) {
    append(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#94a3b8\"/>",
        x(x1), y(y1), x(x2), y(y2));
  }

  private double x(double value) {
    return MARGIN + SIZE * (value - low) / (high - low);
  }

  private double y(double value) {
    return MARGIN + SIZE - SIZE * (value - low) / (high - low);
  }

  private void append(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
