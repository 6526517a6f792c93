package dev.apq.kubectl.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaderPodTest {
  private static final Worker WORKER =
      new Worker(
          "apq-worker:1", "IfNotPresent", List.of(), "apq-artifacts", Map.of("a", "b"), List.of());

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

  private static Pod pod() {
    ApqSearch search = new ApqSearch();
    search.setMetadata(
        new ObjectMetaBuilder().withName("phone").withNamespace("default").withUid("uid").build());
    return ReaderPod.of(
        WORKER,
        search,
        "phone-pull-1",
        "default/phone/run",
        List.of("search/result.json", "verify"),
        10,
        20);
  }
}
