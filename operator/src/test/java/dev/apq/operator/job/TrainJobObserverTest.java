package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Stage;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainJobObserverTest {
  private static final SupernetTraining OWNER =
      Specs.training("t", "distributed: {trainJob: {runtimeRef: {name: torch-apq}, nodes: 4}}");
  private static final String READY =
      "jobsStatus: [{name: node, ready: 1, active: 1, succeeded: 0, failed: 0, suspended: 0}]";
  private final TrainJobObserver observer =
      new TrainJobObserver(new PodDiagnosis(JobObserverTest.unreachable()));

  @Test
  void oneThatRunsIsActiveOnAllItsNodes() {
    ObservedJob job = observe(trainJob(READY));
    assertThat(job.kind()).isEqualTo(WorkKind.TRAIN_JOB);
    assertThat(job.state()).isEqualTo(JobState.ACTIVE);
    assertThat(job.stage()).isEqualTo(Stage.TRAIN);
    assertThat(job.runId()).isEqualTo("0123abcd");
    assertThat(job.inputDigest()).isEqualTo("sha256:in");
    assertThat(job.startTime()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(job.pods()).isEqualTo(4);
  }

  @Test
  void itStartsWhenItsQueueAdmitsIt() {
    GenericKubernetesResource trainJob =
        trainJob(READY, "conditions: [" + condition("Suspended", "False", "Resumed") + "]");
    assertThat(observe(trainJob).startTime()).isEqualTo(Instant.parse("2026-01-01T01:00:00Z"));
  }

  @Test
  void onlyCompleteAndFailedEndIt() {
    assertThat(
            observe(trainJob("conditions: [" + condition("Complete", "True", "Done") + "]"))
                .state())
        .isEqualTo(JobState.COMPLETE);
    for (String condition :
        List.of(
            condition("Complete", "False", "Not"),
            condition("Failed", "Unknown", "Perhaps"),
            condition("Restarting", "True", "Again"))) {
      assertThat(observe(trainJob(READY, "conditions: [" + condition + "]")).state())
          .isEqualTo(JobState.ACTIVE);
    }
    GenericKubernetesResource deleted =
        trainJob("conditions: [" + condition("Complete", "True", "Done") + "]");
    deleted.getMetadata().setDeletionTimestamp("2026-01-01T02:00:00Z");
    assertThat(observe(deleted).state()).isEqualTo(JobState.DELETING);
  }

  @Test
  void anothersIsNotAdopted() {
    GenericKubernetesResource foreign = trainJob(READY);
    foreign.getMetadata().getOwnerReferences().get(0).setUid("another");
    GenericKubernetesResource mentioned = trainJob(READY);
    mentioned.getMetadata().getOwnerReferences().get(0).setController(false);
    assertThat(observer.observe(OWNER, List.of(foreign, mentioned))).isEmpty();
  }

  private ObservedJob observe(GenericKubernetesResource trainJob) {
    return observer.observe(OWNER, List.of(trainJob)).get(0);
  }

  private static String condition(String type, String status, String reason) {
    return "{type: %s, status: '%s', reason: %s, message: '', lastTransitionTime: '%s'}"
        .formatted(type, status, reason, "2026-01-01T01:00:00Z");
  }

  /** As the operator makes it, with a status of which {@code lines} are the fields. */
  private static GenericKubernetesResource trainJob(String... lines) {
    GenericKubernetesResource made =
        new TrainJobTemplate(
                new WorkerStorage.Claim("apq-artifacts"), WorkerDefaults.of("apq-worker:1", "{}"))
            .build(
                new JobTemplate.Request(
                    OWNER,
                    Stage.TRAIN,
                    "0123abcd",
                    1,
                    "sha256:in",
                    JobTemplate.Settings.of(OWNER, "team/t/k")),
                OWNER.getSpec().distributed().trainJob());
    made.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    Map<?, ?> status = Serialization.unmarshal(String.join("\n", lines), Map.class);
    made.setAdditionalProperty("status", status);
    return made;
  }
}
