package dev.apq.local.e2e;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Metrics in Prometheus' text format, as {@code name{label,...}} in alphabetical order.
 *
 * @param text what an operator exports
 */
record ExportedMetrics(String text) {
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-z_]+)(?:\\{(.*)})? (\\S+)$", Pattern.MULTILINE);
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
  private static final Pattern ROW =
      Pattern.compile("^\\| `([a-z_]+)(?:\\{([a-z_,]+)})?` \\| ([a-z]+)", Pattern.MULTILINE);
  private static final List<String> TIMER = List.of("_count", "_max", "_sum");

  /** Those whose names start so; what the buckets of a histogram are called is no label here. */
  TreeSet<String> withLabels(String prefix) {
    return SAMPLE
        .matcher(text)
        .results()
        .filter(sample -> sample.group(1).startsWith(prefix))
        .map(sample -> name(sample.group(1), labels(sample)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<String> labels(MatchResult sample) {
    return sample.group(2) == null
        ? List.of()
        : LABEL
            .matcher(sample.group(2))
            .results()
            .map(label -> label.group(1))
            .filter(label -> !label.equals("le"))
            .sorted()
            .toList();
  }

  private static String name(String metric, List<String> labels) {
    return metric + "{" + String.join(",", labels) + "}";
  }

  /** Those that the table of a page names. */
  static TreeSet<String> documented(String page) {
    TreeSet<String> names = new TreeSet<>();
    for (MatchResult row : ROW.matcher(page).results().toList()) {
      List<String> labels =
          row.group(2) == null ? List.of() : Stream.of(row.group(2).split(",")).sorted().toList();
      String type = row.group(3);
      if (type.equals("timer") || type.equals("histogram")) {
        TIMER.forEach(suffix -> names.add(name(row.group(1) + suffix, labels)));
      } else {
        names.add(name(row.group(1), labels));
      }
      if (type.equals("histogram")) {
        names.add(name(row.group(1) + "_bucket", labels));
      }
    }
    return names;
  }

  /** The sum of a metric's samples. */
  double value(String metric) {
    return SAMPLE
        .matcher(text)
        .results()
        .filter(sample -> sample.group(1).equals(metric))
        .mapToDouble(sample -> Double.parseDouble(sample.group(3)))
        .sum();
  }
}
