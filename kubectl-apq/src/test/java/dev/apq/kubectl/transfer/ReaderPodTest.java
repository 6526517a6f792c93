package dev.apq.kubectl.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaderPodTest {
  private static final Worker WORKER =
      new Worker(
          "apq-worker:1",
          "IfNotPresent",
          List.of(),
          "apq-artifacts",
          Map.of("a", "b"),
          List.of(),
          null);

  @Test
  void seesOneFolderReadOnlyAndMeetsTheRestrictedStandard() {
    Pod pod = pod();
    Container container = pod.getSpec().getContainers().get(0);

    assertThat(container.getArgs())
        .containsExactly(
            "send",
            "--store=file:///apq/artifacts",
            "--offset=10",
            "--limit=20",
            "search/result.json",
            "verify");
    VolumeMount artifacts = container.getVolumeMounts().get(0);
    assertThat(artifacts.getSubPath()).isEqualTo("default/phone/run");
    assertThat(artifacts.getReadOnly()).isTrue();
    assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSpec().getActiveDeadlineSeconds()).isPositive();
    assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getResources().getLimits()).containsKey("memory");
  }

  @Test
  void goesWithItsSearchAtTheLatest() {
    assertThat(pod().getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getUid()).isEqualTo("uid");
              assertThat(owner.getKind()).isEqualTo("ApqSearch");
              assertThat(owner.getController()).isFalse();
            });
  }

  @Test
  void aWorkerRunsAsInTheNewestJob() {
    JobBuilder job =
        new JobBuilder()
            .withNewMetadata()
            .withCreationTimestamp("2026-01-02T00:00:00Z")
            .endMetadata()
            .withNewSpec()
            .withNewTemplate()
            .withSpec(pod().getSpec())
            .endTemplate()
            .endSpec();
    JobBuilder older =
        new JobBuilder(job.build())
            .editMetadata()
            .withCreationTimestamp("2026-01-01T00:00:00Z")
            .endMetadata();
    older
        .editSpec()
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .withImage("old")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec();

    assertThat(Worker.ofNewest(List.of(older.build(), job.build()))).hasValue(WORKER);
    assertThat(Worker.ofNewest(List.of())).isEmpty();
    assertThat(WORKER.withClaim("y"))
        .extracting(Worker::image, Worker::claim, Worker::nodeSelector)
        .containsExactly("apq-worker:1", "y", Map.of("a", "b"));
  }

  @Test
  void aBucketIsReachedAsTheWorkersReachIt() {
    EnvVar secret =
        new EnvVarBuilder()
            .withName("AWS_SECRET_ACCESS_KEY")
            .withNewValueFrom()
            .withNewSecretKeyRef("AWS_SECRET_ACCESS_KEY", "apq-s3", null)
            .endValueFrom()
            .build();
    PodSpec job =
        new PodSpecBuilder()
            .withServiceAccountName("apq-worker")
            .addNewContainer()
            .withName(Worker.CONTAINER)
            .withImage("apq-worker:1")
            .withArgs("verify", "--store=s3://models/apq/default/phone/run")
            .withEnv(
                new EnvVar("OMP_NUM_THREADS", "2", null),
                new EnvVar("APQ_STORE_S3_REGION", "eu-west-1", null),
                secret)
            .endContainer()
            .build();
    Worker worker =
        Worker.ofNewest(
                List.of(
                    new JobBuilder()
                        .withNewMetadata()
                        .endMetadata()
                        .withNewSpec()
                        .withNewTemplate()
                        .withSpec(job)
                        .endTemplate()
                        .endSpec()
                        .build()))
            .orElseThrow();

    PodSpec pod = pod(worker).getSpec();

    assertThat(pod.getServiceAccountName()).isEqualTo("apq-worker");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getVolumes()).extracting("name").containsExactly("tmp");
    Container container = pod.getContainers().get(0);
    assertThat(container.getArgs()).contains("--store=s3://models/apq/default/phone/run");
    assertThat(container.getEnv())
        .containsExactly(new EnvVar("APQ_STORE_S3_REGION", "eu-west-1", null), secret);
  }

  private static Pod pod() {
    return pod(WORKER);
  }

  private static Pod pod(Worker worker) {
    ApqSearch search = new ApqSearch();
    search.setMetadata(
        new ObjectMetaBuilder().withName("phone").withNamespace("default").withUid("uid").build());
    return ReaderPod.of(
        worker,
        search,
        "phone-pull-1",
        "default/phone/run",
        List.of("search/result.json", "verify"),
        10,
        20);
  }
}
