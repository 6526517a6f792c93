package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Trainings in queues of the real Kueue, and as TrainJobs of the real Kubeflow Trainer. */
@Tag("kubeflow")
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubeflowIT {
  private Cluster cluster;
  private KubeflowControllers controllers;
  private OperatorUnderFaults operator;
  private Searches searches;
  private StandIns standIns;

  @BeforeAll
  void start(Cluster shared) {
    cluster = shared;
    controllers = new KubeflowControllers(shared);
    controllers.start();
    TrainJobs.grant(shared);
    operator =
        OperatorUnderFaults.start(shared, "kubeflow", Map.of("APQ_TRAIN_JOBS_ENABLED", "true"));
  }

  @BeforeEach
  void takeNamespace() {
    searches = new Searches(cluster, cluster.namespace("kubeflow"));
    standIns = new StandIns(cluster, searches.namespace());
  }

  @AfterEach
  void noErrors() {
    assertThat(operator.errors()).isEmpty();
  }

  @AfterAll
  void stop() {
    if (operator != null) {
      operator.close();
    }
    controllers.close();
  }

  @Test
  void theSecondTrainingWaitsUntilTheQuotaIsRaised() {
    quota("100m");
    searches.apply(queued(standIns.training("first", Map.of("STAND_IN_HOLD", "train"))));
    awaitWorkers("first", 1);
    searches.apply(queued(standIns.training("second", Map.of("STAND_IN_HOLD", "train"))));
    SupernetTraining second = searches.awaitTraining("second", inState("WaitingForAdmission"));
    searches.awaitTraining("second", tells("Waiting in queue team since ", "insufficient unused"));
    assertThat(standIns.runs("second")).isEmpty();
    assertThat(second.getStatus().cost().workerSeconds()).isZero();

    quota("200m");
    awaitWorkers("second", 1);
    searches.awaitTraining("second", inState("Training"));
    standIns.go("first");
    standIns.go("second");
    searches.trained("first");
    searches.trained("second");
  }

  @Test
  void theSecondTrainingWaitsUntilTheFirstEnds() {
    quota("100m");
    searches.apply(queued(standIns.training("first", Map.of("STAND_IN_HOLD", "transfer"))));
    awaitWork("first", "transfer");
    searches.apply(queued(standIns.training("second", Map.of())));
    searches.awaitTraining("second", inState("WaitingForAdmission"));
    standIns.go("first");
    searches.trained("first");
    searches.trained("second");
  }

  @Test
  void aCollectionIsAdmittedInPart() {
    quota("200m");
    searches.apply(
        queued(
            standIns.training(
                "partial", "shards: 4, parallelism: 4", Map.of("STAND_IN_HOLD", "collect"))));
    awaitWork("partial", "collect");
    Job collect = job("partial-collect-");
    assertThat(collect.getSpec().getParallelism()).as("as Kueue admitted it").isEqualTo(2);
    searches.awaitTraining("partial", inState("Collecting"));
    assertThat(collectors("partial")).as("at the same time").isLessThanOrEqualTo(2);
    standIns.go("partial");
    searches.trained("partial");
    assertThat(collectors("partial")).as("in the end").isEqualTo(4);
  }

  @Test
  void aDrainedQueueStopsTheWorkerWhichGoesOnLater() {
    quota("100m");
    searches.apply(queued(standIns.training("drained", Map.of("STAND_IN_HOLD", "train"))));
    awaitWorkers("drained", 1);
    stopPolicy("HoldAndDrain");
    searches.awaitTraining("drained", inState("WaitingForAdmission"));
    Wait.until(
        "its worker has stopped",
        () -> standIns.runs("drained").stream().noneMatch(StandIns.Run::alive));
    stopPolicy("None");
    awaitWorkers("drained", 2);
    standIns.go("drained");
    searches.trained("drained");
    assertThat(searches.jobs().keySet().stream().filter(name -> name.contains("-train-")))
        .as("one Job, suspended and resumed")
        .hasSize(2); // train and train-predictor
  }

  @Test
  void aTrainJobOfTwoNodesIsAdmittedAndTrains() {
    quota("200m");
    TrainJobs.apply(cluster, runtime());
    searches.apply(
        queued(
            TrainJobs.distributed(standIns.training("nodes", Map.of("STAND_IN_HOLD", "train")))));
    awaitWorkers("nodes", 1);
    searches.awaitTraining("nodes", inState("Training"));
    TrainJobs trainJobs = new TrainJobs(cluster, searches.namespace());
    GenericKubernetesResource trainJob = trainJobs.await("nodes");
    assertThat(nodes(trainJob)).hasSize(2);
    standIns.go("nodes");
    searches.trained("nodes");
    assertThat(searches.jobs().keySet())
        .as("the JobSet's one, and one for each further stage")
        .hasSize(5)
        .contains(trainJob.getMetadata().getName() + "-node-0");
  }

  @Test
  void aTrainJobOfARuntimeThatDoesNotExistIsRefused() {
    searches.apply(
        TrainJobs.distributed(standIns.training("lost", Map.of()))
            .replace("torch-apq", "no-such-runtime"));
    searches.awaitTraining("lost", inState("JobRefused"));
    searches.awaitTraining("lost", tells("no-such-runtime"));
  }

  private List<String> nodes(GenericKubernetesResource trainJob) {
    return searches.pods().stream()
        .filter(name -> name.startsWith(trainJob.getMetadata().getName() + "-node-0-"))
        .toList();
  }

  /** The runtime that the documentation shows, for workers that are only stood in for. */
  private String runtime() {
    return Wait.read(cluster.distribution().root().resolve("k8s/kubeflow/training-runtime.yaml"))
        .replaceAll("(?m)^ +command: .*\n", "");
  }

  private static String queued(String training) {
    return training.replace("worker: {", "worker: {resources: {requests: {cpu: 100m}}, ")
        + "  queueName: team\n";
  }

  /** The namespace's queue, for so much CPU. */
  private void quota(String cpu) {
    TrainJobs.apply(
        cluster,
        """
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: ResourceFlavor
        metadata: {name: default}
        ---
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: ClusterQueue
        metadata: {name: %1$s}
        spec:
          namespaceSelector: {}
          resourceGroups:
            - coveredResources: [cpu]
              flavors: [{name: default, resources: [{name: cpu, nominalQuota: %2$s}]}]
        ---
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: LocalQueue
        metadata: {name: team, namespace: %1$s}
        spec: {clusterQueue: %1$s}
        """
            .formatted(searches.namespace(), cpu));
  }

  private void stopPolicy(String policy) {
    cluster
        .kubectl()
        .run(
            "",
            "patch",
            "clusterqueue",
            searches.namespace(),
            "--type=merge",
            "--patch",
            "{\"spec\": {\"stopPolicy\": \"" + policy + "\"}}");
  }

  private Job job(String prefix) {
    return cluster
        .admin()
        .batch()
        .v1()
        .jobs()
        .inNamespace(searches.namespace())
        .list()
        .getItems()
        .stream()
        .filter(job -> job.getMetadata().getName().startsWith(prefix))
        .filter(job -> !job.getMetadata().getName().startsWith(prefix + "quantized"))
        .findFirst()
        .orElseThrow();
  }

  private long collectors(String training) {
    return standIns.runs(training).stream()
        .filter(run -> run.work().startsWith("collect/"))
        .count();
  }

  private void awaitWorkers(String training, int count) {
    Wait.until(
        training + " has had " + count + " workers", () -> standIns.runs(training).size() >= count);
  }

  private void awaitWork(String training, String stage) {
    Wait.until(
        training + " is at " + stage,
        () ->
            standIns.runs(training).stream()
                .anyMatch(run -> run.work().startsWith(stage) && run.alive()));
  }

  private static Predicate<SupernetTraining> inState(String state) {
    return training -> Searches.state(training.getStatus().conditions()).equals(state);
  }

  private static Predicate<SupernetTraining> tells(String... words) {
    return training -> {
      String message = Searches.message(training.getStatus().conditions());
      return List.of(words).stream().allMatch(message::contains);
    };
  }
}
