package dev.apq.operator.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Map<Tags, Double> values = new ConcurrentHashMap<>();
  private final Map<Tags, Gauge> gauges = new HashMap<>();

  GaugeRows(MeterRegistry registry, String name, String description, @Nullable String unit) {
    this.registry = registry;
    this.name = name;
    this.description = description;
    this.unit = unit;
  }

  /** Shows these values and no others. Not for concurrent use. */
  void show(Map<Tags, Double> rows) {
    values.putAll(rows);
    rows.keySet().forEach(tags -> gauges.computeIfAbsent(tags, this::register));
    for (Map.Entry<Tags, Gauge> row : List.copyOf(gauges.entrySet())) {
      if (!rows.containsKey(row.getKey())) {
        registry.remove(row.getValue());
        gauges.remove(row.getKey());
        values.remove(row.getKey());
      }
    }
  }

  private Gauge register(Tags tags) {
    return Gauge.builder(name, () -> values.getOrDefault(tags, Double.NaN))
        .description(description)
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
  }
}
