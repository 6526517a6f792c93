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
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  private final MultiGauge states;
  private final MultiGauge accuracies;
  private final MultiGauge costs;
  private final MultiGauge samples;
  private final MultiGauge images;
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
    states = gauge(registry, "apq.resources", "Resources in each state");
    accuracies = gauge(registry, "apq.search.best.accuracy", "Accuracy of the best policy");
    costs = gauge(registry, "apq.search.marginal.cost", "What a target cost", "seconds");
    samples = gauge(registry, "apq.stage.samples.per.second", "Subnets measured per second");
    images = gauge(registry, "apq.stage.images.per.second", "Images passed through per second");
    FrameworkMeters.startAtZero(registry);
    timer.scheduleWithFixedDelay(
        this::refreshSafely, REFRESH_SECONDS, REFRESH_SECONDS, TimeUnit.SECONDS);
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }

  private static MultiGauge gauge(
      MeterRegistry registry, String name, String description, String unit) {
    return MultiGauge.builder(name).description(description).baseUnit(unit).register(registry);
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

  /** Replaces every row by what the caches hold now. */
  void refresh() {
    List<SupernetTraining> allTrainings = trainings.get().toList();
    List<ApqSearch> allSearches = searches.get().toList();
    countStates(allTrainings, allSearches);
    accuracies.register(rows(allSearches, ResourceMeters::accuracyRow), true);
    costs.register(rows(allSearches, ResourceMeters::costRow), true);
    refreshSpeeds(Stream.concat(allTrainings.stream(), allSearches.stream()).toList());
  }

  private void countStates(List<SupernetTraining> allTrainings, List<ApqSearch> allSearches) {
    Map<Tags, Integer> counts = new TreeMap<>(Comparator.comparing(Tags::toString));
    for (SupernetTraining training : allTrainings) {
      var status = training.getStatus();
      counts.merge(
          state(training, status == null ? List.of() : status.conditions()), 1, Integer::sum);
    }
    for (ApqSearch search : allSearches) {
      var status = search.getStatus();
      counts.merge(
          state(search, status == null ? List.of() : status.conditions()), 1, Integer::sum);
    }
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    counts.forEach((tags, count) -> rows.add(MultiGauge.Row.of(tags, count)));
    states.register(rows, true);
  }

  private static Tags state(HasMetadata resource, List<Condition> conditions) {
    String state =
        Conditions.find(conditions, Conditions.SUCCEEDED).map(Condition::reason).orElse("Unseen");
    return Tags.of("kind", resource.getKind(), "state", state);
  }

  private interface RowOf {
    MultiGauge.@Nullable Row<?> of(Tags names, ApqSearchStatus status);
  }

  private static List<MultiGauge.Row<?>> rows(List<ApqSearch> searches, RowOf rowOf) {
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (ApqSearch search : searches) {
      ApqSearchStatus status = search.getStatus();
      MultiGauge.Row<?> row = status == null ? null : rowOf.of(names(search.getMetadata()), status);
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static Tags names(ObjectMeta metadata) {
    return Tags.of("resource_namespace", metadata.getNamespace(), "resource", metadata.getName());
  }

  private static MultiGauge.@Nullable Row<?> accuracyRow(Tags names, ApqSearchStatus status) {
    if (status.best() != null) {
      String source =
          status.best().accuracySource() == AccuracySource.MEASURED ? MEASURED : PREDICTED;
      return MultiGauge.Row.of(names.and("source", source), number(status.best().accuracy()));
    }
    String soFar = status.search() == null ? null : status.search().bestAccuracy();
    return soFar == null ? null : MultiGauge.Row.of(names.and("source", PREDICTED), number(soFar));
  }

  private static MultiGauge.@Nullable Row<?> costRow(Tags names, ApqSearchStatus status) {
    if (status.cost() == null) {
      return null;
    }
    Long verify = status.cost().verifySeconds();
    return MultiGauge.Row.of(
        names, number(status.cost().searchSeconds()) + (verify == null ? 0 : verify));
  }

  private void refreshSpeeds(List<? extends HasMetadata> resources) {
    List<MultiGauge.Row<?>> sampleRows = new ArrayList<>();
    List<MultiGauge.Row<?>> imageRows = new ArrayList<>();
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
    samples.register(sampleRows, true);
    images.register(imageRows, true);
  }

  private static void addRow(List<MultiGauge.Row<?>> rows, Tags tags, @Nullable Double value) {
    if (value != null && Double.isFinite(value)) {
      rows.add(MultiGauge.Row.of(tags, value));
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
