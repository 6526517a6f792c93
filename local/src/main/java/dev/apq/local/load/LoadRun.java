package dev.apq.local.load;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.environment.ArtifactVolume;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.faults.ApiRequest;
import dev.apq.local.faults.FaultProxy;
import dev.apq.local.faults.StandInWorker;
import dev.apq.local.process.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Makes a load in a namespace of its own and watches what becomes of it. */
public final class LoadRun {
  private static final Duration TIMEOUT = Duration.ofHours(1);
  private static final Duration SLACK = Duration.ofMinutes(1);
  private static final Duration SETTLED = Duration.ofSeconds(3);
  private static final int MAX_LOOKS = 20;
  private static final String RESOURCE_LABEL = "apq.dev/resource";

  private final KubernetesClient client;
  private final EnvironmentPaths paths;
  private final FaultProxy proxy;
  private final OperatorLoad operator;
  private final Duration rest;
  private final Map<String, Long> created = new ConcurrentHashMap<>();
  private final Map<String, Duration> firstJob = new ConcurrentHashMap<>();
  private final Map<String, Duration> trained = new ConcurrentHashMap<>();
  private final Map<String, Duration> answered = new ConcurrentHashMap<>();

  /**
   * Prepares a run.
   *
   * @param proxy what the operator's requests go through, which counts them
   * @param rest for how long writes are counted when all is done
   */
  public LoadRun(
      KubernetesClient client,
      EnvironmentPaths paths,
      FaultProxy proxy,
      OperatorLoad operator,
      Duration rest) {
    this.client = client;
    this.paths = paths;
    this.proxy = proxy;
    this.operator = operator;
    this.rest = rest;
  }

  /** Makes the load, waits until all is done, rests, and takes it away again. */
  public LoadFigures measure(Load load, String namespace) {
    prepare(namespace);
    Duration cpu = operator.cpu();
    Map<ApiRequest, Long> before = proxy.requests().all();
    List<Watch> watches = watch(namespace);
    try {
      for (int i = 0; i < load.trainings(); i++) {
        create(training(namespace, "training-" + i));
      }
      await("trainings", load.trainings(), trained);
      for (int i = 0; i < load.searches(); i++) {
        create(search(namespace, "search-" + i, "training-" + i % load.trainings()));
      }
      await("searches", load.searches(), answered);
    } finally {
      watches.forEach(Watch::close);
    }
    settle();
    Duration spent = operator.cpu().minus(cpu);
    long writes = writesSince(before);
    long steady = writesWithin(rest);
    LoadFigures figures =
        new LoadFigures(
            load,
            Percentiles.of(firstJob.values()),
            Percentiles.of(answered.values()),
            writes,
            spent,
            operator.heapMib(),
            steady);
    client.namespaces().withName(namespace).delete();
    return figures;
  }

  private void prepare(String namespace) {
    for (Map<?, ?> times : List.of(created, firstJob, trained, answered)) {
      times.clear();
    }
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    new ArtifactVolume(ArtifactVolume.ARTIFACTS_CLAIM, paths.artifacts())
        .provide(client, namespace);
  }

  private List<Watch> watch(String namespace) {
    List<Watch> watches = new ArrayList<>();
    watches.add(
        watch(
            Job.class,
            namespace,
            job -> note(firstJob, job.getMetadata().getLabels().getOrDefault(RESOURCE_LABEL, ""))));
    watches.add(
        watch(
            SupernetTraining.class,
            namespace,
            training -> {
              if (training.getStatus() != null && succeeded(training.getStatus().conditions())) {
                note(trained, training.getMetadata().getName());
              }
            }));
    watches.add(
        watch(
            ApqSearch.class,
            namespace,
            search -> {
              if (search.getStatus() != null && succeeded(search.getStatus().conditions())) {
                note(answered, search.getMetadata().getName());
              }
            }));
    return watches;
  }

  private <T extends HasMetadata> Watch watch(
      Class<T> kind, String namespace, Consumer<T> consumer) {
    return client
        .resources(kind)
        .inNamespace(namespace)
        .watch(
            new Watcher<T>() {
              @Override
              public void eventReceived(Action action, T resource) {
                consumer.accept(resource);
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  private void note(Map<String, Duration> times, String resource) {
    Long start = created.get(resource);
    if (start != null) {
      times.putIfAbsent(resource, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private static boolean succeeded(List<Condition> conditions) {
    return conditions.stream()
        .anyMatch(c -> c.type().equals("Succeeded") && c.status().equals("True"));
  }

  private void create(HasMetadata resource) {
    created.put(resource.getMetadata().getName(), System.nanoTime());
    client.resource(resource).create();
  }

  private static void await(String what, int count, Map<String, Duration> done) {
    Await.until(
        () -> done.size() >= count,
        TIMEOUT,
        () -> "only " + done.size() + " of " + count + " " + what + " were done within an hour");
  }

  private long writesSince(Map<ApiRequest, Long> before) {
    return proxy.requests().since(before).entrySet().stream()
        .filter(entry -> entry.getKey().writes() && !entry.getKey().resource().equals("leases"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Waits for the last Events, which come after the status that ends a search. */
  private void settle() {
    for (int looks = 0; looks < MAX_LOOKS; looks++) {
      if (writesWithin(SETTLED) == 0) {
        return;
      }
    }
    throw new IllegalStateException("the operator keeps writing though everything is done");
  }

  private long writesWithin(Duration time) {
    Map<ApiRequest, Long> before = proxy.requests().all();
    long end = System.nanoTime() + time.toNanos();
    Await.until(() -> System.nanoTime() > end, time.plus(SLACK), () -> "time stands still");
    return writesSince(before);
  }

  private static SupernetTraining training(String namespace, String name) {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: SupernetTraining
        metadata: {name: %s, namespace: %s}
        spec:
          searchSpace: {preset: digits}
          dataset: {builtin: digits}
          recipe: {epochs: 1}
          collection: {fullPrecisionSamples: 1, quantizedSamples: 1}
          predictor: {hiddenSize: 16}
          worker: {image: "%s:1"}
        """
            .formatted(name, namespace, StandInWorker.IMAGE),
        SupernetTraining.class);
  }

  private static ApqSearch search(String namespace, String name, String supernet) {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: %s, namespace: %s}
        spec:
          supernetRef: {name: %s}
          constraints: [{metric: BitOps, max: "0.05"}]
          evolution: {populationSize: 20, generations: 10}
          verify: {topK: 0}
        """
            .formatted(name, namespace, supernet),
        ApqSearch.class);
  }
}
