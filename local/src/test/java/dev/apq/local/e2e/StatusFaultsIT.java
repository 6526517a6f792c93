package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.faults.ApiRequest;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Status and specification, written by several at once. */
class StatusFaultsIT extends UnderFaults {
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String STATUS = "supernettrainings/status";
  private static final Duration QUIET = Duration.ofMinutes(4);

  StatusFaultsIT() {
    super("status");
  }

  @AfterEach
  void noErrors() {
    assertThat(operator.errors()).isEmpty();
  }

  @Tag("long")
  @Test
  void anotherWriterOfTheSameResourceCausesNoErrorNoMoreWritesAndNoStorm() {
    AtomicInteger labels = new AtomicInteger();
    ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
    Map<ApiRequest, Long> before = operator.proxy().requests().all();
    long writtenBefore = operator.proxy().requests().answered("patch", STATUS, 200);
    long renewals = operator.renewals();
    try (RecordedStatuses statuses = new RecordedStatuses(admin, searches.namespace())) {
      statuses.of(SupernetTraining.class);
      searches.apply(standIns.training("busy", Map.of("STAND_IN_HOLD", "transfer")));
      writer.scheduleAtFixedRate(
          () ->
              admin
                  .resources(SupernetTraining.class)
                  .inNamespace(searches.namespace())
                  .withName("busy")
                  .patch(
                      MERGE,
                      "{\"metadata\":{\"labels\":{\"count\":\""
                          + labels.incrementAndGet()
                          + "\"}}}"),
          0,
          50,
          TimeUnit.MILLISECONDS);
      Wait.until("300 labels", () -> labels.get() >= 300);
      standIns.go("busy");
      searches.trained("busy");

      long written = operator.proxy().requests().answered("patch", STATUS, 200) - writtenBefore;
      long attempts =
          operator.writesSince(before).getOrDefault(new ApiRequest("patch", STATUS), 0L);
      long seconds = 2 * (operator.renewals() - renewals + 1);
      assertThat(written).isPositive().isLessThan(2L * statuses.lines().size());
      // A visit tries at most five times, and gives up for a second.
      assertThat(attempts).isLessThanOrEqualTo(5 * seconds);
    } finally {
      writer.shutdownNow();
    }
    assertThat(searches.jobs()).hasSize(5);
  }

  @Test
  void everyGenerationIsObservedThoughEachEditMeetsAStatusBeingWritten() {
    searches.apply(Manifests.search(searches.namespace(), "edited", "nowhere", "1", 10));
    int generations = 10;
    for (int round = 0; round < 20; round++) {
      for (int edit = 0; edit < 10; edit++) {
        admin
            .resources(ApqSearch.class)
            .inNamespace(searches.namespace())
            .withName("edited")
            .patch(MERGE, "{\"spec\":{\"evolution\":{\"generations\":" + ++generations + "}}}");
      }
      long generation = searches.search("edited").getMetadata().getGeneration();
      Wait.until(
          "generation " + generation + " is observed",
          Duration.ofSeconds(5),
          () -> {
            var status = searches.search("edited").getStatus();
            return status != null && status.observedGeneration() == generation;
          });
    }
    assertThat(searches.search("edited").getMetadata().getGeneration()).isEqualTo(201);
  }

  @Test
  void nothingIsWrittenWhileNothingHappensNotEvenAfterARestart() {
    searches.apply(
        standIns.training("steady", Map.of()) + "  runPolicy: {ttlSecondsAfterFinished: 1}\n");
    searches.trained("steady");
    searches.apply(Manifests.search(searches.namespace(), "answer", "steady", "0.05", 5));
    searches.answered("answer");
    searches.apply(Manifests.search(searches.namespace(), "orphan", "nowhere", "1", 10));
    searches.awaitSearch("orphan", s -> !Searches.state(s.getStatus().conditions()).isEmpty());
    Wait.until("finished Jobs are deleted", () -> searches.jobs().isEmpty());
    awaitQuiet();
    Map<ApiRequest, Long> before = operator.proxy().requests().all();

    operator.restart();
    awaitRenewals(5);

    assertThat(operator.writesSince(before)).isEmpty();
    assertThat(operator.proxy().requests().since(before))
        .as("every search was visited")
        .containsKey(new ApiRequest("get", "configmaps"));
  }

  /** Waits for three renewals of the lease between which nothing is written. */
  private void awaitQuiet() {
    AtomicReference<Map<ApiRequest, Long>> start =
        new AtomicReference<>(operator.proxy().requests().all());
    AtomicLong enough = new AtomicLong(operator.renewals() + 3);
    Wait.until(
        "three renewals of the lease without a write",
        QUIET,
        () -> {
          if (!operator.writesSince(start.get()).isEmpty()) {
            start.set(operator.proxy().requests().all());
            enough.set(operator.renewals() + 3);
          }
          return operator.renewals() >= enough.get();
        });
  }

  /** The lease is renewed every two seconds. */
  private void awaitRenewals(int count) {
    long enough = operator.renewals() + count;
    Wait.until(count + " renewals of the lease", () -> operator.renewals() >= enough);
  }
}
