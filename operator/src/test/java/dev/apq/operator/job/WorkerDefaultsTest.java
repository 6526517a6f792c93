package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.api.v1alpha1.ImagePullPolicy;
import dev.apq.api.v1alpha1.WorkerTemplate;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.api.Test;

class WorkerDefaultsTest {
  private static final WorkerDefaults GPU =
      WorkerDefaults.of(
          "apq-worker:1",
          """
          {"imagePullPolicy": "Always", "imagePullSecrets": ["pull"],
           "resources": {"limits": {"nvidia.com/gpu": "1", "memory": "16Gi"}},
           "env": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
           "nodeSelector": {"pool": "gpu"}, "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
           "priorityClassName": "batch", "runtimeClassName": "nvidia"}
          """);

  @Test
  void fillWhatAResourceLeavesOpen() {
    WorkerTemplate worker = GPU.under(null);
    assertThat(worker.image()).isEqualTo("apq-worker:1");
    assertThat(worker.imagePullPolicy()).isEqualTo(ImagePullPolicy.ALWAYS);
    assertThat(worker.imagePullSecrets()).containsExactly("pull");
    assertThat(worker.resources().limits()).containsEntry("nvidia.com/gpu", new Quantity("1"));
    assertThat(worker.env()).extracting("name").containsExactly("HTTPS_PROXY");
    assertThat(worker.nodeSelector()).containsEntry("pool", "gpu");
    assertThat(worker.tolerations()).extracting("key").containsExactly("nvidia.com/gpu");
    assertThat(worker.priorityClassName()).isEqualTo("batch");
    assertThat(worker.runtimeClassName()).isEqualTo("nvidia");
  }

  @Test
  void giveWayFieldByField() {
    WorkerTemplate worker =
        GPU.under(
            Specs.training(
                    "t",
                    "worker:",
                    "  image: mine:2",
                    "  runtimeClassName: other",
                    "  nodeSelector: {pool: cpu}",
                    "  resources: {limits: {cpu: 2}}")
                .getSpec()
                .worker());
    assertThat(worker.image()).isEqualTo("mine:2");
    assertThat(worker.runtimeClassName()).isEqualTo("other");
    assertThat(worker.nodeSelector()).containsOnlyKeys("pool").containsValue("cpu");
    assertThat(worker.resources().limits()).containsOnlyKeys("cpu");
    assertThat(worker.priorityClassName()).isEqualTo("batch");
    assertThat(worker.tolerations()).hasSize(1);
  }

  @Test
  void refuseWhatAResourceCouldNotSay() {
    assertThatThrownBy(() -> WorkerDefaults.of("apq-worker:1", "{\"resource\": {}}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("APQ_WORKER_DEFAULTS")
        .hasMessageContaining("resource");
  }
}
