package dev.apq.operator.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the project's prefix before the names of the operator framework's meters, which have none
 * and would mix with those of every other operator built on it.
 */
@Singleton
public class FrameworkMeters implements MeterFilter {
  private static final double[] BUCKETS =
      Stream.of(10, 50, 100, 500, 1000, 5000)
          .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
          .toArray();

  /**
   * What the framework counts by. Left to itself its Quarkus extension asks for this before it has
   * been given a registry, and then counts nothing: quarkus-operator-sdk#1385, there up to 7.7.5.
   */
  @Produces
  @Singleton
  static Metrics counters(MeterRegistry registry) {
    return MicrometerMetricsV2.newBuilder(registry).build();
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    String name = id.getName();
    boolean framework =
        name.startsWith("reconciliations.")
            || name.equals("custom_resources")
            || name.equals("events.received");
    return framework ? id.withName("apq." + name) : id;
  }

  /** Lets counters of what seldom happens exist before it does, so that a rate sees the first. */
  static void startAtZero(MeterRegistry registry) {
    for (String controller : List.of("supernettraining", "apqsearch")) {
      for (String counter : List.of("failure", "retries")) {
        registry.counter("reconciliations." + counter + ".total", "controller.name", controller);
      }
    }
  }

  /** Few buckets, so that a slow visit among many quick ones shows. */
  @Override
  public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
    return id.getName().equals("apq.reconciliations.execution.duration")
        ? DistributionStatisticConfig.builder()
            .serviceLevelObjectives(BUCKETS)
            .build()
            .merge(config)
        : config;
  }
}
