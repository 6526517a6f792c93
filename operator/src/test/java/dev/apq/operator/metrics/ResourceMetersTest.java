package dev.apq.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResourceMetersTest {
  private static final String COST = "cost: {searchSeconds: '%d'}";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ResourceMeters meters = new ResourceMeters(registry);

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void resourcesAreCountedByState() {
    SupernetTraining fresh = Specs.training("fresh");
    meters.trainings(() -> Stream.of(fresh));
    meters.searches(() -> Stream.of(search("a", ""), search("b", "")));
    meters.refresh();

    assertThat(gauge("apq.resources", "kind", "SupernetTraining", "state", "Unseen")).isOne();
    assertThat(gauge("apq.resources", "kind", "ApqSearch", "state", "Completed")).isEqualTo(2);
  }

  @Test
  void aSearchShowsItsBestAccuracyAndWhatItCostUntilItIsGone() {
    meters.searches(
        () ->
            Stream.of(
                search("a", "search: {generation: 1, generations: 9, bestAccuracy: '0.7'}"),
                search(
                    "b",
                    "best: {accuracy: '0.8125', accuracySource: Measured, digest: d}\n"
                        + "  cost: {searchSeconds: '0.50', verifySeconds: 35, workerSeconds: 99}")));
    meters.refresh();
    assertThat(gauge("apq.search.best.accuracy", "resource", "a", "source", "Predicted"))
        .isEqualTo(0.7);
    assertThat(gauge("apq.search.best.accuracy", "resource", "b", "source", "Measured"))
        .isEqualTo(0.8125);
    assertThat(gauge("apq.search.marginal.cost", "resource", "b")).isEqualTo(35.5);
    assertThat(registry.find("apq.search.marginal.cost").tag("resource", "a").gauge()).isNull();

    meters.searches(Stream::empty);
    meters.refresh();
    assertThat(registry.getMeters()).noneMatch(Gauge.class::isInstance);
  }

  @Test
  void workersSpeedIsShownWhileTheyWork() {
    SupernetTraining training = Specs.training("t");
    Progress progress =
        new Progress("collect", 0.5, null, null, null, null, 3, 6, 1.5, 900.0, null, "half");
    meters.trainings(() -> Stream.of(training));
    meters.working(training, Stage.COLLECT, progress);
    meters.refresh();
    assertThat(gauge("apq.stage.samples.per.second", "resource", "t", "stage", "Collect"))
        .isEqualTo(1.5);
    assertThat(gauge("apq.stage.images.per.second", "resource_namespace", "team")).isEqualTo(900);

    meters.working(training, Stage.COLLECT, null);
    meters.refresh();
    assertThat(registry.find("apq.stage.samples.per.second").gauge()).isNull();

    meters.working(training, Stage.COLLECT, progress);
    meters.trainings(Stream::empty);
    meters.refresh();
    assertThat(registry.find("apq.stage.samples.per.second").gauge())
        .as("of a training that is gone")
        .isNull();
  }

  /** A scrape may come at any moment, also in the middle of a refresh. */
  @Test
  void aRowStaysThroughRefreshesWithItsLatestValue() {
    List<Meter.Id> removed = new ArrayList<>();
    meters.searches(() -> Stream.of(search("a", COST.formatted(1)), search("b", "")));
    meters.trainings(() -> Stream.of(Specs.training("t")));
    meters.refresh();
    Gauge row = registry.get("apq.search.marginal.cost").tags("resource", "a").gauge();
    registry.config().onMeterRemoved(meter -> removed.add(meter.getId()));

    meters.searches(() -> Stream.of(search("a", COST.formatted(2)), search("b", "")));
    meters.refresh();
    assertThat(removed).isEmpty();
    assertThat(row.value()).isEqualTo(2);

    meters.searches(() -> Stream.of(search("b", "")));
    meters.refresh();
    assertThat(removed).containsExactly(row.getId());
  }

  private double gauge(String name, String... tags) {
    Gauge gauge = registry.get(name).tags(tags).gauge();
    return gauge.value();
  }

  private static ApqSearch search(String name, String status) {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: %s, namespace: team, uid: uid-of-%s}
        spec: {constraints: [{metric: BitOps, max: "1"}], supernetRef: {name: s}}
        status:
          conditions: [{type: Succeeded, status: "True", reason: Completed, message: m}]
          %s
        """
            .formatted(name, name, status),
        ApqSearch.class);
  }
}
