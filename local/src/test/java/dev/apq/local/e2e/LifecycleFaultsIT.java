package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Resources that are deleted, made again, suspended or changed by others at a bad moment. */
class LifecycleFaultsIT extends UnderFaults {
  private static final List<String> STAGES =
      List.of("train", "collect", "train-predictor", "collect-quantized", "transfer");
  private static final Duration GONE = Duration.ofSeconds(60);

  LifecycleFaultsIT() {
    super("lifecycle");
  }

  @AfterEach
  void noErrors() {
    assertThat(operator.errors()).isEmpty();
  }

  @Test
  void aTrainingDeletedAtAnyStageLeavesNoJobNoPodAndNoProcess() {
    for (String stage : STAGES) {
      searches.apply(standIns.training(stage, Map.of("STAND_IN_HOLD", stage)));
    }
    for (String stage : STAGES) {
      awaitWorker(stage, stage);
    }
    admin.resources(SupernetTraining.class).inNamespace(searches.namespace()).delete();

    Wait.until(
        "no Job and no Pod", GONE, () -> searches.jobs().isEmpty() && searches.pods().isEmpty());
    Wait.until(
        "no process",
        () ->
            STAGES.stream()
                .flatMap(stage -> standIns.runs(stage).stream())
                .noneMatch(StandIns.Run::alive));
    assertThat(
            admin
                .configMaps()
                .inNamespace(searches.namespace())
                .withLabel("app.kubernetes.io/managed-by", "apq-operator")
                .list()
                .getItems())
        .isEmpty();
  }

  @Test
  void aNamesakeDoesNotTakeOverTheJobOfItsPredecessor() {
    String training =
        standIns.training("again", Map.of("STAND_IN_HOLD", "train", "STAND_IN_DEAF", "train"));
    searches.apply(training);
    awaitWorker("again", "train");
    Map<String, String> old = searches.jobs();
    admin
        .resources(SupernetTraining.class)
        .inNamespace(searches.namespace())
        .withName("again")
        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
        .delete();
    searches.apply(training);

    Wait.until("the namesake has a worker", () -> standIns.runs("again").size() > 1);
    SupernetTraining second = searches.training("again");
    Job job =
        admin.batch().v1().jobs().inNamespace(searches.namespace()).list().getItems().stream()
            .filter(other -> !old.containsValue(other.getMetadata().getUid()))
            .findFirst()
            .orElseThrow();
    assertThat(job.getMetadata().getOwnerReferences().get(0).getUid())
        .isEqualTo(second.getMetadata().getUid());
    assertThat(old).doesNotContainKey(job.getMetadata().getName());
    standIns.go("again");
    searches.trained("again");
  }

  @Test
  void aCompletedSearchKeepsItsAnswerWhenItsSupernetIsDeleted() {
    searches.apply(standIns.training("gone", Map.of()));
    searches.trained("gone");
    searches.apply(Manifests.search(searches.namespace(), "answered", "gone", "1", 10));
    ApqSearch before = searches.answered("answered");
    admin
        .resources(SupernetTraining.class)
        .inNamespace(searches.namespace())
        .withName("gone")
        .delete();
    operator.restart();
    searches.apply(Manifests.search(searches.namespace(), "late", "gone", "1", 10));
    searches.awaitSearch(
        "late", s -> Searches.state(s.getStatus().conditions()).equals("SupernetNotFound"));

    assertThat(searches.search("answered").getStatus()).isEqualTo(before.getStatus());
  }

  @Tag("long")
  @Test
  void aNamespaceIsDeletedWhileTheOperatorWorksInIt() {
    searches.apply(standIns.training("busy", Map.of("STAND_IN_HOLD", "collect")));
    searches.apply(Manifests.search(searches.namespace(), "waiting", "busy", "1", 10));
    awaitWorker("busy", "collect");

    deleteNamespace();
  }

  @Tag("long")
  @Test
  void aNamespaceIsDeletedThoughTheOperatorIsGone() {
    searches.apply(standIns.training("orphan", Map.of("STAND_IN_HOLD", "train")));
    awaitWorker("orphan", "train");
    operator.process().pause();
    try {
      deleteNamespace();
    } finally {
      operator.restart();
    }
  }

  /** Kubernetes alone does not get rid of a Job that counts failures by index. */
  @Tag("long")
  @Test
  void aNamespaceThatWaitsForItsCollectionIsGoneOnceTheOperatorIsBack() {
    searches.apply(standIns.training("stranded", Map.of("STAND_IN_HOLD", "collect")));
    awaitWorker("stranded", "collect");
    operator.process().pause();
    try {
      admin.namespaces().withName(searches.namespace()).delete();
      Wait.until("its Pods have failed", () -> searches.pods().stream().allMatch(this::ended));
    } finally {
      operator.restart();
    }
    awaitNamespaceGone();
  }

  // Kubernetes looks again at what is left in a namespace after half the grace period of its Pods,
  // which is a minute for workers, and needs two looks.
  private void deleteNamespace() {
    admin.namespaces().withName(searches.namespace()).delete();
    awaitNamespaceGone();
  }

  private void awaitNamespaceGone() {
    Wait.until(
        "the namespace is gone",
        GONE.multipliedBy(2),
        () -> admin.namespaces().withName(searches.namespace()).get() == null);
  }

  @Test
  void aJobSuspendedAndResizedByAQueueIsLeftToTheQueue() {
    searches.apply(
        standIns.training(
            "queued", "shards: 4, parallelism: 2", Map.of("STAND_IN_HOLD", "collect")));
    awaitWorker("queued", "collect");
    String collect = collectJob();
    patch(collect, "{\"spec\":{\"suspend\":true}}");

    searches.awaitTraining(
        "queued", t -> Searches.state(t.getStatus().conditions()).equals("WaitingForAdmission"));
    Wait.until("its Pods are gone", () -> searches.pods().stream().noneMatch(running()));
    patch(collect, "{\"spec\":{\"suspend\":false,\"parallelism\":1}}");
    awaitWorkers("queued", 4);
    searches.awaitTraining(
        "queued", t -> Searches.state(t.getStatus().conditions()).equals("Collecting"));
    standIns.go("queued");
    searches.trained("queued");

    Job job =
        admin.batch().v1().jobs().inNamespace(searches.namespace()).withName(collect).require();
    assertThat(job.getSpec().getParallelism()).as("admitted in part").isEqualTo(1);
    assertThat(job.getSpec().getSuspend()).isFalse();
  }

  private String collectJob() {
    return searches.jobs().keySet().stream()
        .filter(name -> name.startsWith("queued-collect-"))
        .findFirst()
        .orElseThrow();
  }

  private java.util.function.Predicate<String> running() {
    return name -> name.startsWith("queued-collect-") && !ended(name);
  }

  private boolean ended(String pod) {
    var found = admin.pods().inNamespace(searches.namespace()).withName(pod).get();
    return found == null || List.of("Succeeded", "Failed").contains(found.getStatus().getPhase());
  }

  private void patch(String job, String patch) {
    admin
        .batch()
        .v1()
        .jobs()
        .inNamespace(searches.namespace())
        .withName(job)
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private void awaitWorker(String training, String stage) {
    Wait.until(
        training + " has a worker of " + stage,
        () ->
            standIns.runs(training).stream()
                .anyMatch(run -> run.work().startsWith(stage) && run.alive()));
  }

  /** Counts the training's own and, for each admission, those of its collection. */
  private void awaitWorkers(String training, int count) {
    Wait.until(
        training + " has had " + count + " workers", () -> standIns.runs(training).size() >= count);
  }
}
