package dev.apq.api.v1alpha1;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patterns and defaulting shared by the API records. */
final class Formats {
  /** A non-negative decimal; at most nine digits on either side of the point. */
  static final String DECIMAL = "^[0-9]{1,9}(\\.[0-9]{1,9})?$";

  /** A decimal between 0 and 1. */
  static final String FRACTION = "^(0(\\.[0-9]{1,9})?|1(\\.0{1,9})?)$";

  /** A decimal of at least 0 and below 1. */
  static final String BELOW_ONE = "^0(\\.[0-9]{1,9})?$";

  static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
  static final String DNS_SUBDOMAIN =
      "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
  static final String DIGEST = "^sha256:[0-9a-f]{64}$";

  private Formats() {}

  static <T> T orElse(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }

  static <T> List<T> listOf(@Nullable List<T> values) {
    return values == null ? List.of() : List.copyOf(values);
  }

  static <V> Map<String, V> mapOf(@Nullable Map<String, V> values) {
    return values == null ? Map.of() : Map.copyOf(values);
  }
}
