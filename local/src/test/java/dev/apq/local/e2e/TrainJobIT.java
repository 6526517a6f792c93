package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Trainings that hand stage Train to a TrainJob, on the definitions that the Kubeflow Trainer and
 * Kueue publish. The test plays the part of their controllers.
 */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainJobIT {
  private static final String NO_QUOTA =
      "insufficient unused quota for nvidia.com/gpu in flavor default, 2 more needed";

  private Cluster cluster;
  private OperatorUnderFaults operator;
  private Searches searches;
  private StandIns standIns;
  private TrainJobs trainJobs;

  @BeforeAll
  void start(Cluster shared) {
    cluster = shared;
    TrainJobs.grant(shared);
    operator =
        OperatorUnderFaults.start(shared, "train-jobs", Map.of("APQ_TRAIN_JOBS_ENABLED", "true"));
  }

  @BeforeEach
  void takeNamespace() {
    searches = new Searches(cluster, cluster.namespace("train-jobs"));
    standIns = new StandIns(cluster, searches.namespace());
    trainJobs = new TrainJobs(cluster, searches.namespace());
    TrainJobs.install(cluster);
  }

  @AfterEach
  void noErrors() {
    assertThat(operator.errors()).isEmpty();
  }

  @AfterAll
  void stop() {
    operator.close();
    TrainJobs.uninstall(cluster);
  }

  @Test
  void stageTrainRunsAsATrainJobAndTheOthersAsJobs() {
    searches.apply(TrainJobs.distributed(standIns.training("nodes", Map.of())));
    GenericKubernetesResource trainJob = trainJobs.await("nodes");
    assertThat(trainJob.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner ->
                assertThat(owner.getUid())
                    .isEqualTo(searches.training("nodes").getMetadata().getUid()));
    assertThat(trainJob.<String>get("spec", "runtimeRef", "name")).isEqualTo("torch-apq");
    assertThat(trainJob.<Integer>get("spec", "trainer", "numNodes")).isEqualTo(2);
    assertThat(trainJob.<Boolean>get("spec", "suspend")).as("the server's default").isFalse();
    assertThat(TrainJobs.<List<?>>override(trainJob, "containers", 0, "volumeMounts")).hasSize(3);

    Pod pod = trainJobs.runFirstNode(trainJob);
    cluster
        .admin()
        .resource(pod)
        .waitUntilCondition(
            ended -> "Succeeded".equals(ended.getStatus().getPhase()),
            2,
            java.util.concurrent.TimeUnit.MINUTES);
    trainJobs.condition(trainJob, "Complete", "True");
    SupernetTraining trained = searches.trained("nodes");

    assertThat(searches.jobs().keySet()).hasSize(4).noneMatch(name -> name.contains("-train-0"));
    assertThat(trained.getStatus().stages())
        .filteredOn(stage -> stage.name().equals("Train"))
        .extracting(StageStatus::job)
        .containsExactly(trainJob.getMetadata().getName());
  }

  @Test
  void theExampleOfARuntimeFitsItsDefinition() {
    TrainJobs.define(
        cluster,
        GoModule.trainer()
            .path("manifests/base/crds/trainer.kubeflow.org_clustertrainingruntimes.yaml"));
    String runtime =
        Wait.read(cluster.distribution().root().resolve("k8s/kubeflow/training-runtime.yaml"));
    assertThat(cluster.kubectl().check(runtime)).contains("torch-apq");
  }

  @Test
  void aFailedTrainJobIsToldAndTriedAgainAfterSuspension() {
    searches.apply(
        TrainJobs.distributed(standIns.training("failing", Map.of("STAND_IN_EXIT", "train=64"))));
    GenericKubernetesResource trainJob = trainJobs.await("failing");
    Pod pod = trainJobs.runFirstNode(trainJob);
    cluster
        .admin()
        .resource(pod)
        .waitUntilCondition(
            ended -> "Failed".equals(ended.getStatus().getPhase()),
            2,
            java.util.concurrent.TimeUnit.MINUTES);
    trainJobs.condition(trainJob, "Failed", "True");

    SupernetTraining stalled = searches.awaitTraining("failing", inState("JobFailed"));
    assertThat(Searches.message(stalled.getStatus().conditions()))
        .contains("TrainJob " + trainJob.getMetadata().getName(), "worker exited with 64");
    suspend("failing", true);
    Wait.until("the TrainJob is gone", () -> trainJobs.of("failing").isEmpty());
    assertThat(searches.pods()).as("in the foreground").isEmpty();
    suspend("failing", false);
    assertThat(trainJobs.await("failing").getMetadata().getUid())
        .isNotEqualTo(trainJob.getMetadata().getUid());
  }

  @Test
  void aQueueSuspendsItAndSaysWhy() {
    TrainJobs.define(
        cluster,
        GoModule.kueue().path("config/components/crd/bases/kueue.x-k8s.io_workloads.yaml"));
    searches.apply(TrainJobs.distributed(standIns.training("queued", Map.of()), "queueName: gpu"));
    GenericKubernetesResource trainJob = trainJobs.await("queued");
    assertThat(trainJob.getMetadata().getLabels())
        .containsEntry("kueue.x-k8s.io/queue-name", "gpu");
    trainJobs.suspend(trainJob, true);
    workload(trainJob);

    searches.awaitTraining(
        "queued",
        t ->
            inState("WaitingForAdmission").test(t)
                && Searches.message(t.getStatus().conditions()).contains(NO_QUOTA));
    trainJobs.suspend(trainJob, false);
    searches.awaitTraining("queued", inState("Training"));
    assertThat(trainJobs.await("queued").getMetadata().getUid())
        .isEqualTo(trainJob.getMetadata().getUid());
  }

  @Test
  void aClusterWithoutTheTrainerIsNamedAndServedOnceItIsThere() {
    TrainJobs.uninstall(cluster);
    searches.apply(TrainJobs.distributed(standIns.training("early", Map.of())));
    SupernetTraining stalled = searches.awaitTraining("early", inState("TrainJobsUnavailable"));
    assertThat(Searches.message(stalled.getStatus().conditions()))
        .contains("trainjobs.trainer.kubeflow.org");

    TrainJobs.install(cluster);
    trainJobs.await("early");
    searches.awaitTraining("early", inState("Training"));
  }

  @Test
  void aRefusedTrainJobIsToldInTheApiServersWords() {
    TrainJobs.apply(cluster, refusal(searches.namespace()));
    String policy = "validatingadmissionpolicybinding/no-train-jobs";
    Wait.until("the policy holds", () -> refuses());
    searches.apply(TrainJobs.distributed(standIns.training("refused", Map.of())));
    SupernetTraining stalled = searches.awaitTraining("refused", inState("JobRefused"));
    assertThat(Searches.message(stalled.getStatus().conditions())).contains("there is no runtime");

    cluster.kubectl().run("", "delete", policy);
    trainJobs.await("refused");
  }

  private boolean refuses() {
    try {
      cluster
          .kubectl()
          .run(
              """
              apiVersion: trainer.kubeflow.org/v1alpha1
              kind: TrainJob
              metadata: {name: probe, namespace: %s}
              spec: {runtimeRef: {name: any}}
              """
                  .formatted(searches.namespace()),
              "create",
              "--dry-run=server",
              "--filename=-");
      return false;
    } catch (IllegalStateException e) {
      return e.getMessage().contains("there is no runtime");
    }
  }

  private static String refusal(String namespace) {
    return """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: no-train-jobs}
        spec:
          matchConstraints:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
            resourceRules:
              - apiGroups: [trainer.kubeflow.org]
                apiVersions: ["*"]
                operations: [CREATE]
                resources: [trainjobs]
          validations: [{expression: "false", message: there is no runtime torch-apq}]
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: no-train-jobs}
        spec: {policyName: no-train-jobs, validationActions: [Deny]}
        """
        .formatted(namespace);
  }

  /** What Kueue would say of a TrainJob that it has not admitted. */
  private void workload(GenericKubernetesResource trainJob) {
    TrainJobs.apply(
        cluster,
        """
        apiVersion: kueue.x-k8s.io/v1beta2
        kind: Workload
        metadata:
          name: queued
          namespace: %s
          labels: {kueue.x-k8s.io/job-uid: %s}
        spec:
          queueName: gpu
          podSets:
            - name: node
              count: 2
              template:
                spec: {restartPolicy: Never, containers: [{name: node, image: none}]}
        """
            .formatted(searches.namespace(), trainJob.getMetadata().getUid()));
    cluster
        .kubectl()
        .run(
            "",
            "patch",
            "workload",
            "queued",
            "--namespace=" + searches.namespace(),
            "--subresource=status",
            "--type=merge",
            "--patch",
            """
            {"status": {"conditions": [{"type": "QuotaReserved", "status": "False",
              "reason": "Pending", "message": "%s", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}"""
                .formatted(NO_QUOTA));
  }

  private void suspend(String training, boolean suspend) {
    cluster
        .admin()
        .resources(SupernetTraining.class)
        .inNamespace(searches.namespace())
        .withName(training)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":" + suspend + "}}");
  }

  private static java.util.function.Predicate<SupernetTraining> inState(String state) {
    return training -> Searches.state(training.getStatus().conditions()).equals(state);
  }
}
