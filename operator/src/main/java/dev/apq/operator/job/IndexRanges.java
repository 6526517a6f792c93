package dev.apq.operator.job;

import org.jspecify.annotations.Nullable;

/** Kubernetes' notation for sets of completion indexes, for example {@code 1,3-5,7}. */
final class IndexRanges {
  private IndexRanges() {}

  /** How many indexes a text names; malformed parts count as none. */
  static int count(@Nullable String ranges) {
    if (ranges == null || ranges.isEmpty()) {
      return 0;
    }
    int total = 0;
    for (String part : ranges.split(",", -1)) {
      if (part.matches("[0-9]{1,7}")) {
        total++;
      } else if (part.matches("[0-9]{1,7}-[0-9]{1,7}")) {
        int dash = part.indexOf('-');
        total +=
            Math.max(
                0,
                Integer.parseInt(part.substring(dash + 1))
                    - Integer.parseInt(part.substring(0, dash))
                    + 1);
      }
    }
    return total;
  }
}
