package dev.apq.kubectl.view;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A linear axis over a range of values.
 *
 * @param min value at its beginning
 * @param max value at its end, above {@code min}
 */
public record Axis(double min, double max) {
  private static final double MARGIN = 0.04;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  /** An axis on which all values have room. */
  public static Axis over(Collection<Double> values) {
    double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
    double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double range = high > low ? high - low : Math.max(Math.abs(high) * 0.1, 1e-9);
    return new Axis(low - range * MARGIN, high + range * MARGIN);
  }

  /** Where a value lies, 0 at the beginning and 1 at the end. */
  public double position(double value) {
    return (value - min) / (max - min);
  }

  /** Round values within the range, about {@code count} of them, as exact decimals. */
  public List<BigDecimal> ticks(int count) {
    double rough = (max - min) / Math.max(1, count);
    double magnitude = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = magnitude;
    for (double candidate : STEPS) {
      step = candidate * magnitude;
      if (step >= rough) {
        break;
      }
    }
    BigDecimal exact = new BigDecimal(step).round(new java.math.MathContext(3));
    List<BigDecimal> ticks = new ArrayList<>();
    BigDecimal tick = new BigDecimal(min).divide(exact, 0, RoundingMode.CEILING).multiply(exact);
    for (; tick.doubleValue() <= max; tick = tick.add(exact)) {
      ticks.add(
          tick.setScale(Math.max(0, exact.stripTrailingZeros().scale()), RoundingMode.HALF_EVEN));
    }
    return ticks;
  }
}
