package dev.apq.core.contract;

import java.math.BigDecimal;

/** Checks of specification fields; messages name the field and the allowed range. */
final class Ranges {
  private Ranges() {}

  static void within(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(field + ": " + value + " is outside " + min + ".." + max);
    }
  }

  static void decimal(String field, String value, int min, int max) {
    if (value == null || !value.matches("[0-9]{1,9}(\\.[0-9]{1,12})?")) {
      throw new IllegalArgumentException(
          field + ": '" + value + "' must be a decimal such as \"0.001\"");
    }
    BigDecimal number = new BigDecimal(value);
    if (number.compareTo(BigDecimal.valueOf(min)) < 0
        || number.compareTo(BigDecimal.valueOf(max)) > 0) {
      throw new IllegalArgumentException(field + ": " + value + " is outside " + min + ".." + max);
    }
  }
}
