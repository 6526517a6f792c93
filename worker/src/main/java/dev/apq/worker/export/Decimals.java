package dev.apq.worker.export;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as text, the same on every Java version and in every locale. */
final class Decimals {
  private static final MathContext FLOAT = new MathContext(9, RoundingMode.HALF_EVEN);
  private static final MathContext SHORT = new MathContext(4, RoundingMode.HALF_EVEN);

  private Decimals() {}

  /** Nine significant digits, from which the float can be read back. */
  static String exact(float value) {
    return plain(new BigDecimal(value).round(FLOAT));
  }

  /** Four significant digits. */
  static String rounded(double value) {
    return !Double.isFinite(value)
        ? String.valueOf(value)
        : plain(new BigDecimal(value).round(SHORT));
  }

  /** A share as a percentage with so many decimals, without the sign. */
  static String percent(double share, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", 100 * share);
  }

  private static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
