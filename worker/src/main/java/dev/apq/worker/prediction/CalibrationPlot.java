package dev.apq.worker.prediction;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Predicted against measured accuracies as an SVG image: on the diagonal a prediction is right.
 * Equal figures give equal bytes.
 */
public final class CalibrationPlot {
  private static final int SIZE = 480;
  private static final int LEFT = 70;
  private static final int TOP = 60;
  private static final int INSIDE = SIZE - LEFT - 30;
  private static final int MOST_DOTS = 2000;
  private static final int TICKS = 5;

  private final StringBuilder svg = new StringBuilder();
  private final double least;
  private final double greatest;

  private CalibrationPlot(double least, double greatest) {
    this.least = least;
    this.greatest = greatest;
  }

  /**
   * Draws.
   *
   * @param title one line
   * @param predictions at least one; of many, evenly spread ones are drawn
   * @return an SVG document
   */
  public static byte[] svg(String title, Predictions predictions) {
    float[] predicted = predictions.predicted();
    float[] measured = predictions.measured();
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < measured.length; i++) {
      least = Math.min(least, Math.min(predicted[i], measured[i]));
      greatest = Math.max(greatest, Math.max(predicted[i], measured[i]));
    }
    double step = step(greatest - least);
    CalibrationPlot plot =
        new CalibrationPlot(
            Math.floor(least / step) * step, Math.ceil(greatest / step + 1e-9) * step);
    plot.frame(title, predictions.quality(), step);
    plot.dots(predicted, measured);
    return plot.svg.append("</svg>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Distance between ticks: 1, 2 or 5 times a power of ten, about five ticks in all. */
  private static double step(double range) {
    double rough = Math.max(range, 1e-3) / TICKS;
    double power = 1;
    while (power > rough) {
      power /= 10;
    }
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= rough) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private void frame(String title, Quality quality, double step) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n",
        SIZE, SIZE);
    add("<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", title);
    add("<text x=\"%d\" y=\"22\" font-size=\"15\">%s</text>\n", LEFT, title);
    add(
        "<text x=\"%d\" y=\"42\" fill=\"#555\">Kendall tau %.3f, RMSE %.2f points, bias %+.2f"
            + " points, slope %.2f, %d samples</text>\n",
        LEFT,
        quality.kendallTau(),
        100 * quality.rmse(),
        100 * quality.bias(),
        quality.slope(),
        quality.samples());
    int ticks = (int) Math.round((greatest - least) / step);
    for (int tick = 0; tick <= ticks; tick++) {
      double value = least + tick * step;
      add(
          "<path d=\"M%.1f %d V%d M%d %.1f H%d\" stroke=\"#ddd\"/>\n",
          x(value), TOP, TOP + INSIDE, LEFT, y(value), LEFT + INSIDE);
      add(
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
          x(value), TOP + INSIDE + 18, percent(value, step));
      add(
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
          LEFT - 8, y(value) + 4, percent(value, step));
    }
    add(
        "<path d=\"M%.1f %.1f L%.1f %.1f\" stroke=\"#888\" stroke-dasharray=\"5 4\"/>\n",
        x(least), y(least), x(greatest), y(greatest));
    add(
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">predicted accuracy</text>\n",
        LEFT + INSIDE / 2, TOP + INSIDE + 38);
    add(
        "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">measured"
            + " accuracy</text>\n",
        TOP + INSIDE / 2);
  }

  private void dots(float[] predicted, float[] measured) {
    int stride = (measured.length + MOST_DOTS - 1) / MOST_DOTS;
    add("<g fill=\"#1565c0\" fill-opacity=\"0.55\">\n");
    for (int i = 0; i < measured.length; i += stride) {
      add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>\n", x(predicted[i]), y(measured[i]));
    }
    add("</g>\n");
  }

  private double x(double value) {
    return LEFT + INSIDE * (value - least) / (greatest - least);
  }

  private double y(double value) {
    return TOP + INSIDE * (greatest - value) / (greatest - least);
  }

  private static String percent(double value, double step) {
    return String.format(Locale.ROOT, step < 0.01 ? "%.1f %%" : "%.0f %%", 100 * value);
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format.replace("\n", "\n"), arguments));
  }
}
