package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.faults.FaultRule;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two operators, or none, or one that died. */
@Tag("faults")
@Tag("long")
@ExtendWith(OnCluster.class)
class LeadershipFaultsIT {
  private static final int LONG = 4000;
  private static final Pattern GENERATION = Pattern.compile("\"generation\":(\\d+)");

  private Cluster cluster;
  private KubernetesClient admin;
  private OperatorUnderFaults first;
  private Searches searches;
  private StandIns standIns;

  @BeforeEach
  void start(Cluster shared) {
    cluster = shared;
    admin = shared.admin();
    first = OperatorUnderFaults.start(shared);
    searches = new Searches(shared, shared.namespace("leader"));
    standIns = new StandIns(shared, searches.namespace());
  }

  @AfterEach
  void stop() {
    first.close();
  }

  @Test
  void oneOfTwoThatBothLeadNeverOverwritesWhatTheOtherFoundLater() {
    try (OperatorUnderFaults second =
        OperatorUnderFaults.start(
            cluster, "faults-2", Map.of("APQ_LEADER_ELECTION_LEASE", "another"))) {
      searches.apply(standIns.training("shared", Map.of("STAND_IN_HOLD", "collect")));
      searches.awaitTraining(
          "shared", t -> Searches.state(t.getStatus().conditions()).equals("Collecting"));
      first.proxy().rules().add(FaultRule.delaying(Duration.ofHours(1)).onVerbs("watch"));
      standIns.go("shared");
      SupernetTraining done = searches.trained("shared");
      long enough = first.renewals() + 5;
      Wait.until("the blind one has had ten seconds", () -> first.renewals() >= enough);

      assertThat(searches.training("shared").getMetadata().getResourceVersion())
          .isEqualTo(done.getMetadata().getResourceVersion());
      assertThat(searches.jobs()).hasSize(5);
      assertThat(standIns.runs("shared")).extracting("work").doesNotHaveDuplicates();
      assertThat(second.errors()).isEmpty();
    }
    assertThat(first.errors()).isEmpty();
  }

  @Test
  void aLeaderThatHangsIsReplacedAndGivesWayWhenItAwakes() {
    searches.apply(standIns.training("supernet", Map.of()));
    searches.trained("supernet");
    searches.apply(search("calm"));
    BestPolicy calm = searches.answered("calm").getStatus().best();
    try (OperatorUnderFaults second = OperatorUnderFaults.start(cluster, "faults-2", Map.of())) {
      searches.apply(search("moved"));
      searches.awaitSearch("moved", s -> !Searches.state(s.getStatus().conditions()).isEmpty());
      String holder = holder();
      first.process().pause();
      Wait.until("another leads", Duration.ofSeconds(60), () -> !holder().equals(holder));
      BestPolicy moved = searches.answered("moved").getStatus().best();
      long written = statusesWritten();
      first.process().resume();

      assertThat(moved).isEqualTo(calm);
      Wait.until("the former leader ends", () -> !first.process().alive());
      assertThat(statusesWritten()).as("statuses written by the former leader").isEqualTo(written);
      assertThat(searches.search("moved").getStatus().best()).isEqualTo(calm);
      assertThat(second.errors()).isEmpty();
    }
  }

  @Test
  void anEtcdThatHangsAMinuteIsFollowedByALeaderWithinAnother() {
    searches.apply(standIns.training("before", Map.of()));
    searches.trained("before");
    cluster.environment().controlPlane().signal("etcd", "STOP");
    try {
      long start = System.nanoTime();
      Wait.until(
          "a minute without etcd",
          () -> System.nanoTime() - start > Duration.ofMinutes(1).toNanos());
    } finally {
      cluster.environment().controlPlane().signal("etcd", "CONT");
    }
    Wait.until("the API server answers", () -> !holder().isEmpty());
    first.keepAlive();
    searches.apply(standIns.training("after", Map.of()));

    Wait.until("work goes on", Duration.ofSeconds(60), () -> !standIns.runs("after").isEmpty());
    searches.trained("after");
  }

  @Test
  void anOperatorKilledAtEveryStageRepeatsNothing() {
    Map<String, String> holds =
        Map.of("STAND_IN_HOLD", "train collect train-predictor collect-quantized transfer");
    searches.apply(standIns.training("killed", holds));
    for (int workers : new int[] {1, 3, 4, 6, 7}) {
      Wait.until(workers + " workers", () -> standIns.runs("killed").size() >= workers);
      first.restart();
      standIns.go("killed");
      Wait.until(
          "they have ended",
          () -> standIns.runs("killed").stream().limit(workers).noneMatch(StandIns.Run::alive));
      standIns.hold("killed");
    }
    standIns.go("killed");
    searches.trained("killed");

    assertThat(searches.jobs()).hasSize(5);
    assertThat(first.errors()).isEmpty();
  }

  @Test
  void anOperatorKilledTwentyTimesDuringASearchGivesTheSameAnswer() {
    searches.apply(standIns.training("supernet", Map.of()));
    searches.trained("supernet");
    searches.apply(search("calm"));
    String calm = searches.answered("calm").getStatus().results().digest();
    SplittableRandom random = new SplittableRandom(1);
    for (int kill = 0; kill < 20; kill++) {
      String name = "killed-" + kill;
      int generation = random.nextInt(1, LONG / 2);
      searches.apply(search(name));
      Wait.until(name + " is at generation " + generation, () -> checkpointed(name) >= generation);
      first.restart();
      assertThat(searches.answered(name).getStatus().results().digest()).as(name).isEqualTo(calm);
    }
  }

  private long statusesWritten() {
    return first.proxy().requests().answered("patch", "apqsearches/status", 200);
  }

  /** The generation of a search's last checkpoint; beyond all once it has its answer. */
  private int checkpointed(String search) {
    Optional<Path> result = standIns.find(search, "search", "result.json");
    if (result.isPresent()) {
      return Integer.MAX_VALUE;
    }
    try {
      return standIns
          .find(search, "search", "checkpoint.json")
          .map(file -> GENERATION.matcher(Wait.read(file)))
          .filter(Matcher::find)
          .map(found -> Integer.parseInt(found.group(1)))
          .orElse(0);
    } catch (UncheckedIOException e) {
      return 0; // deleted just now: the answer is there at the next look
    }
  }

  private String search(String name) {
    return Manifests.search(searches.namespace(), name, "supernet", "0.05", LONG);
  }

  private String holder() {
    Lease lease =
        admin.leases().inNamespace(OperatorUnderFaults.NAMESPACE).withName("apq-operator").get();
    return lease == null || lease.getSpec().getHolderIdentity() == null
        ? ""
        : lease.getSpec().getHolderIdentity();
  }
}
