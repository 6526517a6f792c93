package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Stage;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class JobObserverTest {
  private static final SupernetTraining OWNER = Specs.training("t");
  private final JobObserver observer = new JobObserver(new PodDiagnosis(unreachable()));

  @Property
  void onlyCompleteAndFailedEndAJobWhateverItsPodsDid(
      @ForAll("conditions") List<JobCondition> conditions,
      @ForAll @IntRange(max = 100) int failed,
      @ForAll @IntRange(max = 100) int terminating,
      @ForAll @IntRange(min = 1, max = 100) int ready) {
    Job job =
        new JobBuilder(job())
            .withNewStatus()
            .withConditions(conditions)
            .withFailed(failed)
            .withTerminating(terminating)
            .withReady(ready)
            .endStatus()
            .build();
    assertThat(observer.observe(OWNER, List.of(job)))
        .singleElement()
        .extracting(ObservedJob::state)
        .isEqualTo(JobState.ACTIVE);
  }

  /** Everything that a Job may say of itself without having ended. */
  @Provide
  Arbitrary<List<JobCondition>> conditions() {
    Arbitrary<String> ended = Arbitraries.of("Complete", "Failed");
    Arbitrary<String> underWay =
        Arbitraries.of("FailureTarget", "SuccessCriteriaMet", "Suspended", "Other");
    return Arbitraries.oneOf(
            Combinators.combine(ended, Arbitraries.of("False", "Unknown"))
                .as(JobObserverTest::condition),
            Combinators.combine(underWay, Arbitraries.of("True", "False", "Unknown"))
                .as(JobObserverTest::condition))
        .list()
        .ofMaxSize(6);
  }

  @Test
  void aNamesakesJobAndOneOfNobodyAreNotOurs() {
    Job foreign = job();
    foreign.getMetadata().getOwnerReferences().get(0).setUid("another");
    Job mentioned = job();
    mentioned.getMetadata().getOwnerReferences().get(0).setController(false);
    Job orphan = job();
    orphan.getMetadata().setOwnerReferences(new ArrayList<>());
    assertThat(observer.observe(OWNER, List.of(foreign, mentioned, orphan))).isEmpty();
  }

  @Test
  void aJobThatGoesAwayHasNotEndedThoughItSaysComplete() {
    Job job = job();
    job.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
    job.setStatus(
        new io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder()
            .withConditions(condition("Complete", "True"))
            .build());
    assertThat(observer.observe(OWNER, List.of(job)).get(0).state()).isEqualTo(JobState.DELETING);
  }

  private static Job job() {
    return new JobTemplate(
            new WorkerStorage.Claim("apq-artifacts"), WorkerDefaults.of("apq-worker:1", "{}"))
        .build(
            new JobTemplate.Request(
                OWNER,
                Stage.COLLECT,
                "run",
                1,
                "sha256:in",
                JobTemplate.Settings.of(OWNER, "team/t/k")));
  }

  private static JobCondition condition(String type, String status) {
    return new JobConditionBuilder().withType(type).withStatus(status).build();
  }

  /** No request is needed to tell the state of a Job that has not failed and whose Pods run. */
  static KubernetesClient unreachable() {
    return (KubernetesClient)
        Proxy.newProxyInstance(
            JobObserverTest.class.getClassLoader(),
            new Class<?>[] {KubernetesClient.class},
            (proxy, method, arguments) -> {
              throw new AssertionError("asked for " + method.getName());
            });
  }
}
