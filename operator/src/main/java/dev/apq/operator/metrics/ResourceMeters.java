package dev.apq.operator.metrics;

import dev.apq.api.v1alpha1.AccuracySource;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.operator.status.Conditions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gauges of the resources that exist, read from the informers' caches every few seconds: how many
 * are in which state, what searches have found and cost, how fast workers measure. Nothing is kept
 * of a resource that is gone.
 */
@Singleton
public class ResourceMeters {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceMeters.class);
  private static final int REFRESH_SECONDS = 5;

  private static final String MEASURED = "Measured";
  private static final String PREDICTED = "Predicted";

  private record Speed(Stage stage, Progress progress) {}

  private final GaugeRows states;
  private final GaugeRows accuracies;
  private final GaugeRows costs;
  private final GaugeRows samples;
  private final GaugeRows images;
  private final Map<String, Speed> speeds = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "metrics");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Supplier<Stream<SupernetTraining>> trainings = Stream::empty;
  private volatile Supplier<Stream<ApqSearch>> searches = Stream::empty;

  /** With the registry of the operator. */
  @Inject
  public ResourceMeters(MeterRegistry registry) {
    states = new GaugeRows(registry, "apq.resources", "Resources in each state", null);
    accuracies =
        new GaugeRows(registry, "apq.search.best.accuracy", "Accuracy of the best policy", null);
    costs = new GaugeRows(registry, "apq.search.marginal.cost", "What a target cost", "seconds");
    samples =
        new GaugeRows(
            registry, "apq.stage.samples.per.second", "Subnets measured per second", null);
    images =
        new GaugeRows(
            registry, "apq.stage.images.per.second", "Images passed through per second", null);
    FrameworkMeters.startAtZero(registry);
    timer.scheduleWithFixedDelay(
        this::refreshSafely, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
  }

  /** Where the trainings are that exist. */
  public void trainings(Supplier<Stream<SupernetTraining>> source) {
    trainings = source;
  }

  /** Where the searches are that exist. */
  public void searches(Supplier<Stream<ApqSearch>> source) {
    searches = source;
  }

  /** What the worker of a resource's running stage last said; null if none runs. */
  public void working(HasMetadata resource, @Nullable Stage stage, @Nullable Progress progress) {
    String uid = resource.getMetadata().getUid();
    if (stage == null || progress == null) {
      speeds.remove(uid);
    } else {
      speeds.put(uid, new Speed(stage, progress));
    }
  }

  // A timer never again runs a task that has thrown.
  private void refreshSafely() {
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.warn("cannot read the caches for metrics", e);
    }
  }

  /** Shows what the caches hold now. */
  synchronized void refresh() {
    List<SupernetTraining> allTrainings = trainings.get().toList();
    List<ApqSearch> allSearches = searches.get().toList();
    countStates(allTrainings, allSearches);
    accuracies.show(rows(allSearches, ResourceMeters::addAccuracy));
    costs.show(rows(allSearches, ResourceMeters::addCost));
    refreshSpeeds(Stream.concat(allTrainings.stream(), allSearches.stream()).toList());
  }

  private void countStates(List<SupernetTraining> allTrainings, List<ApqSearch> allSearches) {
    Map<Tags, Double> counts = new HashMap<>();
    for (SupernetTraining training : allTrainings) {
      var status = training.getStatus();
      counts.merge(
          state(training, status == null ? List.of() : status.conditions()), 1.0, Double::sum);
    }
    for (ApqSearch search : allSearches) {
      var status = search.getStatus();
      counts.merge(
          state(search, status == null ? List.of() : status.conditions()), 1.0, Double::sum);
    }
    states.show(counts);
  }

  private static Tags state(HasMetadata resource, List<Condition> conditions) {
    String state =
        Conditions.find(conditions, Conditions.SUCCEEDED).map(Condition::reason).orElse("Unseen");
    return Tags.of("kind", resource.getKind(), "state", state);
  }

  private interface Row {
    void addTo(Map<Tags, Double> rows, Tags names, ApqSearchStatus status);
  }

  private static Map<Tags, Double> rows(List<ApqSearch> searches, Row row) {
    Map<Tags, Double> rows = new HashMap<>();
    for (ApqSearch search : searches) {
      ApqSearchStatus status = search.getStatus();
      if (status != null) {
        row.addTo(rows, names(search.getMetadata()), status);
      }
    }
    return rows;
  }

  private static Tags names(ObjectMeta metadata) {
    return Tags.of("resource_namespace", metadata.getNamespace(), "resource", metadata.getName());
  }

  private static void addAccuracy(Map<Tags, Double> rows, Tags names, ApqSearchStatus status) {
    if (status.best() != null) {
      String source =
          status.best().accuracySource() == AccuracySource.MEASURED ? MEASURED : PREDICTED;
      rows.put(names.and("source", source), number(status.best().accuracy()));
    } else if (status.search() != null && status.search().bestAccuracy() != null) {
      rows.put(names.and("source", PREDICTED), number(status.search().bestAccuracy()));
    }
  }

  private static void addCost(Map<Tags, Double> rows, Tags names, ApqSearchStatus status) {
    if (status.cost() != null) {
      Long verify = status.cost().verifySeconds();
      rows.put(names, number(status.cost().searchSeconds()) + (verify == null ? 0 : verify));
    }
  }

  private void refreshSpeeds(List<? extends HasMetadata> resources) {
    Map<Tags, Double> sampleRows = new HashMap<>();
    Map<Tags, Double> imageRows = new HashMap<>();
    List<String> uids = new ArrayList<>();
    for (HasMetadata resource : resources) {
      uids.add(resource.getMetadata().getUid());
      Speed speed = speeds.get(resource.getMetadata().getUid());
      if (speed != null) {
        Tags tags = names(resource.getMetadata()).and("stage", speed.stage().displayName());
        addRow(sampleRows, tags, speed.progress().samplesPerSecond());
        addRow(imageRows, tags, speed.progress().imagesPerSecond());
      }
    }
    speeds.keySet().retainAll(uids);
    samples.show(sampleRows);
    images.show(imageRows);
  }

  private static void addRow(Map<Tags, Double> rows, Tags tags, @Nullable Double value) {
    if (value != null && Double.isFinite(value)) {
      rows.put(tags, value);
    }
  }

  private static double number(String decimal) {
    try {
      return Double.parseDouble(decimal);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  @PreDestroy
  void close() {
    timer.shutdownNow();
  }
}
