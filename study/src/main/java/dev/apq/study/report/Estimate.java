package dev.apq.study.report;

import java.util.Locale;

/**
 * A mean with its 95 % confidence interval (Student's t: repetitions are taken to be independent
 * and about normal).
 *
 * @param mean of the repetitions
 * @param halfWidth of the interval; infinite for a single repetition
 * @param count repetitions
 */
public record Estimate(double mean, double halfWidth, int count) {
  /** 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  private static final double NORMAL = 1.960;

  /**
   * @param values at least one
   */
  public static Estimate of(double[] values) {
    int count = values.length;
    double mean = 0;
    for (double value : values) {
      mean += value / count;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double error = Math.sqrt(squares / (count - 1) / count);
    return new Estimate(mean, count < 2 ? Double.POSITIVE_INFINITY : student(count) * error, count);
  }

  private static double student(int count) {
    int freedom = count - 1;
    return freedom <= STUDENT.length ? STUDENT[freedom - 1] : NORMAL;
  }

  /** Lower end of the interval. */
  public double low() {
    return mean - halfWidth;
  }

  /** Upper end of the interval. */
  public double high() {
    return mean + halfWidth;
  }

  /** Mean and half width with so many decimals, both multiplied by {@code scale}. */
  public String text(double scale, int decimals) {
    String format = "%." + decimals + "f";
    String centre = String.format(Locale.ROOT, format, scale * mean);
    return count < 2
        ? centre
        : centre + " ± " + String.format(Locale.ROOT, format, scale * halfWidth);
  }
}
