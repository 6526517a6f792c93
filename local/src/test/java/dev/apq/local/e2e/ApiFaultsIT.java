package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.faults.FaultRule;
import dev.apq.local.faults.FaultRules;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An API server that is slow, refuses, or is not there. */
class ApiFaultsIT extends UnderFaults {
  private static final Duration BACK_AT_WORK = Duration.ofSeconds(60);

  /** Everything but the lease, which would end it. */
  private static final String[] TOUCHED = {
    "apqsearches",
    "apqsearches/status",
    "configmaps",
    "events",
    "jobs",
    "pods",
    "supernettrainings",
    "supernettrainings/status"
  };

  ApiFaultsIT() {
    super("api");
  }

  @AfterEach
  void heal() {
    operator.proxy().rules().clear();
  }

  @Test
  void eventsThatArriveLateLeadToNoSecondJob() {
    Set<String> everMade = ConcurrentHashMap.newKeySet();
    try (Watch jobs = watchJobs(everMade)) {
      operator.proxy().rules().add(FaultRule.delaying(Duration.ofSeconds(5)).onVerbs("watch"));
      searches.apply(standIns.training("late", Map.of()));
      searches.trained("late");
    }

    assertThat(everMade).hasSize(5);
    assertThat(standIns.runs("late")).hasSize(7).extracting("work").doesNotHaveDuplicates();
    assertThat(operator.errors()).isEmpty();
  }

  private Watch watchJobs(Set<String> uids) {
    return admin
        .batch()
        .v1()
        .jobs()
        .inNamespace(searches.namespace())
        .watch(
            new Watcher<Job>() {
              @Override
              public void eventReceived(Action action, Job job) {
                uids.add(job.getMetadata().getUid());
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  @Tag("long")
  @Test
  void jobsThatCannotBeCreatedAreNotAskedForInAStorm() {
    FaultRules.Active refusal =
        operator
            .proxy()
            .rules()
            .add(FaultRule.answering(500).onVerbs("create").onResources("jobs"));
    searches.apply(standIns.training("refused", Map.of()));
    long enough = operator.renewals() + 15;
    Wait.until("30 seconds of refusals", () -> operator.renewals() >= enough);
    refusal.close();

    awaitProgress("refused");
    assertThat(refusal.hits()).isBetween(2L, 10L);
  }

  @Test
  void connectionsAndRightsThatWereLostAreUsedAgainOnceTheyAreBack() {
    admin.rbac().clusterRoleBindings().withName(OperatorUnderFaults.ACCOUNT).delete();
    long forbidden = forbidden();
    operator.proxy().dropConnections();
    Wait.until("a watch is refused", () -> forbidden() > forbidden);
    operator.grant(Set.of("ClusterRoleBinding"));

    searches.apply(standIns.training("next", Map.of()));
    awaitProgress("next");
    searches.trained("next");
  }

  private long forbidden() {
    long count = 0;
    for (String verb : List.of("list", "watch")) {
      for (String resource : List.of("jobs", "configmaps", "supernettrainings", "apqsearches")) {
        count += operator.proxy().requests().answered(verb, resource, 403);
      }
    }
    return count;
  }

  @Test
  void someOfEverythingGoesWrongAndStillNothingIsDoneTwice() {
    for (int status : List.of(409, 429, 500, 504)) {
      operator
          .proxy()
          .rules()
          .add(FaultRule.answering(status).onResources(TOUCHED).withProbability(0.05));
    }
    searches.apply(standIns.training("stormy", Map.of()));
    SupernetTraining trained = searches.trained("stormy");

    assertThat(trained.getStatus().progressPercent()).isEqualTo(100);
    assertThat(searches.jobs()).hasSize(5);
    assertThat(standIns.runs("stormy")).extracting("work").doesNotHaveDuplicates();
  }

  @Tag("long")
  @Test
  void twoMinutesOfErrorsAreFollowedByWorkWithinOne() {
    searches.apply(standIns.training("patient", Map.of("STAND_IN_HOLD", "train")));
    searches.awaitTraining("patient", t -> t.getStatus().runId() != null);
    FaultRules.Active errors =
        operator.proxy().rules().add(FaultRule.answering(500).onResources(TOUCHED));
    operator.proxy().dropConnections();
    standIns.go("patient");
    long enough = operator.renewals() + 60;
    Wait.until("two minutes of errors", Duration.ofMinutes(5), () -> operator.renewals() >= enough);
    errors.close();

    Wait.until(
        "progress",
        BACK_AT_WORK,
        () -> standIns.runs("patient").stream().anyMatch(run -> run.work().startsWith("collect")));
    searches.trained("patient");
  }

  private void awaitProgress(String training) {
    Wait.until(training + " has a worker", BACK_AT_WORK, () -> !standIns.runs(training).isEmpty());
  }
}
