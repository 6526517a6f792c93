package dev.apq.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A gauge with a row for each of some things that come and go. A row is registered once and removed
 * only with its thing, so that no scrape in between misses it. Micrometer's own MultiGauge removes
 * each row and registers it anew to change its value.
 */
final class GaugeRows {
  private final MeterRegistry registry;
  private final String name;
  private final String description;
  private final @Nullable String unit;
  private final Map<Tags, Row> rows = new HashMap<>();

  private record Row(Gauge gauge, AtomicReference<Double> value) {}

  GaugeRows(MeterRegistry registry, String name, String description, @Nullable String unit) {
    this.registry = registry;
    this.name = name;
    this.description = description;
    this.unit = unit;
  }

  /** Shows these values and no others. */
  synchronized void show(Map<Tags, Double> values) {
    values.forEach(
        (tags, value) -> rows.computeIfAbsent(tags, t -> register(t, value)).value().set(value));
    rows.entrySet()
        .removeIf(
            row -> {
              boolean gone = !values.containsKey(row.getKey());
              if (gone) {
                registry.remove(row.getValue().gauge());
              }
              return gone;
            });
  }

  private Row register(Tags tags, double first) {
    AtomicReference<Double> value = new AtomicReference<>(first);
    Gauge gauge =
        Gauge.builder(name, value::get)
            .description(description)
            .baseUnit(unit)
            .tags(tags)
            .register(registry);
    return new Row(gauge, value);
  }
}
