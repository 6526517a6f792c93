package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Stage;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TrainJobTemplateTest {
  private static final WorkerDefaults DEFAULTS = WorkerDefaults.of("apq-worker:1", "{}");
  private static final String DISTRIBUTED =
      "distributed: {trainJob: {runtimeRef: {name: torch-apq}, nodes: 4, processesPerNode: 8}}";

  @Property
  void namesAreThoseOfThePodsToo(
      @ForAll @StringLength(min = 1, max = 40) @Chars({'a', 'z', '0', '9'}) String resource,
      @ForAll @IntRange(min = 1, max = 2) int attempt) {
    String name =
        TrainJobTemplate.name(request(Specs.training("'" + resource + "'", DISTRIBUTED), attempt));
    assertThat(name + "-node-0-1023-abcde").hasSizeLessThanOrEqualTo(63);
    assertThat(name).matches("[a-z]([-a-z0-9]*[a-z0-9])?").doesNotContain("--");
  }

  @Test
  void theWorkerIsTheSameAsInAJob() {
    SupernetTraining training =
        Specs.training(
            "t",
            DISTRIBUTED,
            "queueName: gpu",
            "worker:",
            "  image: team/worker:1",
            "  resources: {limits: {cpu: '8', nvidia.com/gpu: '8'}}",
            "  env: [{name: APQ_INPUT_DIGEST, value: forged}]",
            "  nodeSelector: {zone: a}",
            "  tolerations: [{key: gpu, operator: Exists}]",
            "  imagePullSecrets: [pull]");
    var container =
        new JobTemplate(new WorkerStorage.Claim("apq-artifacts"), DEFAULTS)
            .build(request(training, 1))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);
    JsonNode spec = spec(training);
    JsonNode trainer = spec.path("trainer");
    assertThat(trainer.path("image").asText()).isEqualTo("team/worker:1");
    assertThat(trainer.path("args")).isEqualTo(tree(container.getArgs()));
    assertThat(trainer.path("env")).isEqualTo(tree(container.getEnv()));
    assertThat(trainer.path("resourcesPerNode")).isEqualTo(tree(container.getResources()));
    assertThat(trainer.path("numNodes").asInt()).isEqualTo(4);
    assertThat(trainer.path("numProcPerNode").asInt()).isEqualTo(8);
    assertThat(spec.path("runtimeRef").toString()).contains("ClusterTrainingRuntime", "torch-apq");
    JsonNode pod = spec.at("/podTemplateOverrides/0/spec");
    assertThat(pod.at("/containers/0/name").asText()).isEqualTo("node");
    assertThat(pod.at("/containers/0/volumeMounts")).isEqualTo(tree(container.getVolumeMounts()));
    assertThat(pod.path("volumes").findValuesAsText("claimName")).containsExactly("apq-artifacts");
    assertThat(pod.at("/nodeSelector/zone").asText()).isEqualTo("a");
    assertThat(pod.at("/tolerations/0/key").asText()).isEqualTo("gpu");
    assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
  }

  @Test
  void whatTheUserLeavesOpenIsTheRuntimes() {
    JsonNode spec =
        spec(
            Specs.training(
                "t", "distributed: {trainJob: {runtimeRef: {name: mine, kind: TrainingRuntime}}}"));
    assertThat(spec.at("/runtimeRef/kind").asText()).isEqualTo("TrainingRuntime");
    assertThat(spec.path("trainer").has("image")).as("not the one-node default").isFalse();
    assertThat(spec.path("trainer").has("numProcPerNode")).isFalse();
    assertThat(spec.path("trainer").path("numNodes").asInt()).isEqualTo(1);
    assertThat(spec.has("suspend")).as("a queue owns it").isFalse();
  }

  @Test
  void itIsOwnedLabelledAndQueuedLikeAJob() {
    SupernetTraining training = Specs.training("t", DISTRIBUTED, "queueName: gpu");
    GenericKubernetesResource trainJob = build(training);
    var job =
        new JobTemplate(new WorkerStorage.Claim("apq-artifacts"), DEFAULTS)
            .build(request(training, 1));
    assertThat(trainJob.getMetadata().getLabels())
        .isEqualTo(job.getMetadata().getLabels())
        .containsEntry("kueue.x-k8s.io/queue-name", "gpu");
    assertThat(trainJob.getMetadata().getAnnotations())
        .containsEntry(JobNames.INPUT_DIGEST, "sha256:in");
    assertThat(trainJob.getMetadata().getOwnerReferences())
        .isEqualTo(job.getMetadata().getOwnerReferences())
        .singleElement()
        .extracting(OwnerReference::getController)
        .isEqualTo(true);
    assertThat(spec(training).at("/podTemplateOverrides/0/metadata/labels").toString())
        .contains("apq.dev/run-id")
        .doesNotContain("kueue", "managed-by");
  }

  private static GenericKubernetesResource build(SupernetTraining training) {
    return new TrainJobTemplate(new WorkerStorage.Claim("apq-artifacts"), DEFAULTS)
        .build(request(training, 1), training.getSpec().distributed().trainJob());
  }

  private static JsonNode spec(SupernetTraining training) {
    return tree(build(training)).path("spec");
  }

  private static JsonNode tree(Object value) {
    return value instanceof List<?> list
        ? Serialization.jsonMapper().valueToTree(list)
        : Serialization.jsonMapper().valueToTree(value);
  }

  private static JobTemplate.Request request(SupernetTraining training, int attempt) {
    return new JobTemplate.Request(
        training,
        Stage.TRAIN,
        "0123abcd",
        attempt,
        "sha256:in",
        JobTemplate.Settings.of(training, "team/t/0011223344556677"));
  }
}
