package dev.apq.kubectl;

import dev.apq.core.cost.Metric;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A cost by its name in the API, in any case. */
final class MetricName implements ITypeConverter<Metric> {
  @Override
  public Metric convert(String value) {
    return Arrays.stream(Metric.values())
        .filter(metric -> metric.displayName().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'"
                        + value
                        + "' is none of "
                        + Arrays.stream(Metric.values())
                            .map(Metric::displayName)
                            .collect(Collectors.joining(", "))));
  }

  /** The names, for completion and help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Metric.values()).map(Metric::displayName).iterator();
    }
  }
}
