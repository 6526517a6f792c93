package dev.apq.operator.canary;

import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.config.Leading;
import dev.apq.operator.config.OperatorConfig;
import dev.apq.operator.job.JobNames;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Edits a suspended SupernetTraining of its own every so often and looks whether its status has
 * followed: a watch, a queue or an API server that has fallen silent shows in the growing age of
 * the last edit that was answered, where a probe of the process would notice nothing. Suspended, it
 * never runs a Job.
 */
@Singleton
public class Canary {
  /** Name of the resource. */
  public static final String NAME = "apq-canary";

  /** Label that marks it. */
  public static final String LABEL = "apq.dev/canary";

  private static final Logger LOG = LoggerFactory.getLogger(Canary.class);

  private final KubernetesClient client;
  private final Clock clock;
  private final @Nullable String namespace;
  private final Duration interval;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "canary");
            thread.setDaemon(true);
            return thread;
          });
  private volatile @Nullable Instant alive;

  /** With the operator's client, clock and settings. */
  @Inject
  public Canary(
      KubernetesClient client, Clock clock, MeterRegistry registry, OperatorConfig config) {
    this(
        client,
        clock,
        registry,
        config.canary().namespace().orElse(null),
        config.canary().interval());
  }

  Canary(
      KubernetesClient client,
      Clock clock,
      MeterRegistry registry,
      @Nullable String namespace,
      Duration interval) {
    this.client = client;
    this.clock = clock;
    this.namespace = namespace;
    this.interval = interval;
    Gauge.builder("apq.canary.age", this, Canary::ageSeconds)
        .description("Time since the operator last answered an edit of its canary")
        .baseUnit("seconds")
        .register(registry);
  }

  /** Only the leader answers edits, so only it edits. */
  void begin(@Observes Leading leading) {
    if (namespace != null) {
      alive = clock.instant();
      timer.scheduleWithFixedDelay(
          () -> look(namespace), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** Seconds since the last edit that was answered; NaN where there is no canary. */
  double ageSeconds() {
    Instant last = alive;
    return last == null
        ? Double.NaN
        : Math.max(0, Duration.between(last, clock.instant()).toMillis() / 1000.0);
  }

  /** Looks whether the last edit was answered; if so edits again. */
  void look(String home) {
    try {
      SupernetTraining canary =
          client.resources(SupernetTraining.class).inNamespace(home).withName(NAME).get();
      if (canary == null) {
        client.resource(hatched(home)).create();
      } else if (answered(canary)) {
        alive = clock.instant();
        edit(canary);
      } else {
        LOG.warn(
            "the status of {} in {} has not followed generation {} since {}",
            NAME,
            home,
            canary.getMetadata().getGeneration(),
            alive);
      }
    } catch (RuntimeException e) {
      LOG.warn("cannot look after {} in {}: {}", NAME, home, e.getMessage());
    }
  }

  private static boolean answered(SupernetTraining canary) {
    return canary.getStatus() != null
        && Objects.equals(
            canary.getStatus().observedGeneration(), canary.getMetadata().getGeneration());
  }

  /** A field that means nothing for a resource without Jobs, with a value it does not have. */
  private void edit(SupernetTraining canary) {
    long seconds = 1 + Objects.requireNonNullElse(canary.getMetadata().getGeneration(), 0L) % 2;
    client
        .resource(canary)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"runPolicy\":{\"ttlSecondsAfterFinished\":" + seconds + "}}}");
  }

  private static SupernetTraining hatched(String home) {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: SupernetTraining
        metadata:
          name: %s
          namespace: %s
          labels: {%s: "true", %s: %s}
        spec:
          suspend: true
          searchSpace: {preset: digits}
          dataset: {builtin: digits}
          recipe: {epochs: 1}
          collection: {fullPrecisionSamples: 2, quantizedSamples: 2}
          runPolicy: {ttlSecondsAfterFinished: 1}
        """
            .formatted(NAME, home, LABEL, JobNames.MANAGED_BY, JobNames.OPERATOR),
        SupernetTraining.class);
  }

  @PreDestroy
  void close() {
    timer.shutdownNow();
  }
}
