package dev.apq.local.cli;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.environment.Environment;
import dev.apq.local.environment.OperatorProcess;
import dev.apq.local.process.Await;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Applies searches and shows their way to an answer. */
final class SearchFollower {
  private static final String NAMESPACE = "default";
  private static final Duration TIMEOUT = Duration.ofHours(2);
  private static final String RESOLVE = "Resolve";
  private static final Set<String> OF_A_SEARCH = Set.of("Search", "Verify");

  private final Environment environment;
  private final OperatorProcess operator;
  private final KubernetesClient client;
  private final Screen screen;
  private final Set<String> announced = new HashSet<>();
  private Instant stageBegan = Instant.now();

  SearchFollower(Environment environment, OperatorProcess operator, Screen screen) {
    this.environment = environment;
    this.operator = operator;
    this.client = environment.admin();
    this.screen = screen;
  }

  /**
   * Applies a manifest with one search and follows it to its end.
   *
   * @throws IllegalStateException when the search fails, or a part of the environment ends
   */
  ApqSearch follow(Path manifest) {
    ApqSearch search = create(manifest);
    String name = search.getMetadata().getName();
    Instant started = Instant.now();
    stageBegan = started;
    announced.removeAll(OF_A_SEARCH);
    AtomicReference<@Nullable SearchRun> last = new AtomicReference<>();
    Await.until(
        () -> {
          requireAlive();
          SearchRun run = look(name);
          last.set(run);
          announce(run);
          run.failure()
              .ifPresent(
                  reason -> {
                    throw new IllegalStateException(name + " cannot go on: " + reason);
                  });
          if (!run.succeeded()) {
            screen.now("  " + run.now() + elapsed(started), name + run.milestone());
          }
          return run.succeeded();
        },
        TIMEOUT,
        () -> name + " has not ended within " + TIMEOUT.toHours() + " hours");
    screen.line(
        "  %-18s done in %s"
            .formatted(name, SearchRun.duration(Duration.between(started, Instant.now()))));
    return look(name).search();
  }

  private static String elapsed(Instant started) {
    return "  [" + SearchRun.duration(Duration.between(started, Instant.now())) + "]";
  }

  private ApqSearch create(Path manifest) {
    try {
      return client
          .resource(
              client
                  .getKubernetesSerialization()
                  .unmarshal(Files.readString(manifest), ApqSearch.class))
          .inNamespace(NAMESPACE)
          .create();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + manifest, e);
    }
  }

  private SearchRun look(String name) {
    ApqSearch search =
        client.resources(ApqSearch.class).inNamespace(NAMESPACE).withName(name).get();
    if (search == null) {
      throw new IllegalStateException(name + " has been deleted");
    }
    String supernet =
        search.getSpec().supernetRef() != null ? search.getSpec().supernetRef().name() : name;
    SupernetTraining training =
        client.resources(SupernetTraining.class).inNamespace(NAMESPACE).withName(supernet).get();
    return new SearchRun(search, training);
  }

  private void announce(SearchRun run) {
    for (StageStatus stage : run.finishedStages()) {
      if (!stage.name().equals(RESOLVE) && announced.add(stage.name())) {
        Instant now = Instant.now();
        screen.line(
            "  %-18s done in %s"
                .formatted(stage.name(), SearchRun.duration(Duration.between(stageBegan, now))));
        stageBegan = now;
      }
    }
  }

  private void requireAlive() {
    if (!environment.controlPlane().ended().isEmpty() || !operator.alive()) {
      String what =
          operator.alive() ? String.join(", ", environment.controlPlane().ended()) : "the operator";
      throw new IllegalStateException(
          what + " has ended on its own; see the logs under " + environment.paths().logs());
    }
  }
}
