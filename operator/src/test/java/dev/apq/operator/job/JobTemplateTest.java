package dev.apq.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Stage;
import dev.apq.operator.training.Specs;
import dev.apq.store.StoreLocation;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobTemplateTest {
  private static final JobTemplate TEMPLATE =
      new JobTemplate(
          new WorkerStorage.Claim("apq-artifacts"), WorkerDefaults.of("apq-worker:1", "{}"));

  @Property
  void namesOfJobsAndOfTheirPodsFitADnsLabel(
      @ForAll @StringLength(min = 1, max = 40) @CharRange(from = 'a', to = 'z') String resource,
      @ForAll Stage stage,
      @ForAll @IntRange(min = 1, max = 2) int attempt) {
    String name = JobNames.job(resource + "-x".repeat(20), stage, "0123abcd", attempt);
    assertThat(name + "-9999").hasSizeLessThanOrEqualTo(63);
    assertThat(name).matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    assertThat(name).doesNotContain("--");
    assertThat(JobNames.specConfigMap(resource, "0123abcd")).hasSizeLessThanOrEqualTo(63);
  }

  @Test
  void everyStageAndAttemptHasItsOwnName() {
    List<String> names =
        java.util.Arrays.stream(Stage.values())
            .flatMap(
                stage ->
                    java.util.stream.Stream.of(1, 2)
                        .map(attempt -> JobNames.job("a".repeat(40), stage, "0123abcd", attempt)))
            .toList();
    assertThat(names).doesNotHaveDuplicates().hasSize(12);
  }

  @Test
  void podsAreRestrictedAndHoldNoToken() {
    PodSpec pod = job(Specs.training("t"), Stage.TRAIN).getSpec().getTemplate().getSpec();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    Container worker = pod.getContainers().get(0);
    assertThat(worker.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(worker.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(worker.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(worker.getVolumeMounts())
        .filteredOn(mount -> mount.getName().equals("artifacts"))
        .extracting(mount -> mount.getSubPath())
        .containsExactly("team/t/0011223344556677");
  }

  @Test
  void userEnvironmentCannotOverrideTheOperators() {
    SupernetTraining training =
        Specs.training(
            "t",
            "worker:",
            "  env:",
            "  - {name: OMP_NUM_THREADS, value: '3'}",
            "  - {name: APQ_INPUT_DIGEST, value: forged}",
            "  resources: {limits: {cpu: 1500m}}");
    Container worker =
        job(training, Stage.COLLECT).getSpec().getTemplate().getSpec().getContainers().get(0);
    assertThat(worker.getEnv())
        .containsExactly(
            new EnvVar("OMP_NUM_THREADS", "3", null),
            new EnvVar("APQ_INPUT_DIGEST", "sha256:in", null));
    assertThat(worker.getResources().getLimits()).containsKey("cpu");
  }

  @Test
  void podsReachABucketWithTheSecretOfTheirNamespace() {
    JobTemplate template =
        new JobTemplate(
            new WorkerStorage.Bucket(
                new StoreLocation("bucket", "apq"),
                Map.of("APQ_STORE_S3_ENDPOINT", "https://minio:9000"),
                "apq-s3",
                "apq-worker"),
            WorkerDefaults.of("apq-worker:1", "{}"));
    SupernetTraining training =
        Specs.training(
            "t",
            "worker:",
            "  env:",
            "  - {name: APQ_STORE_S3_ENDPOINT, value: 'https://elsewhere'}",
            "  - {name: AWS_ACCESS_KEY_ID, value: forged}");
    JobTemplate.Settings own = JobTemplate.Settings.of(training, "team/t/0011223344556677");
    PodSpec pod =
        template
            .build(
                new JobTemplate.Request(
                    training,
                    Stage.VERIFY,
                    "0123abcd",
                    1,
                    "sha256:in",
                    new JobTemplate.Settings(
                        own.worker(),
                        own.runPolicy(),
                        null,
                        null,
                        null,
                        own.artifactPath(),
                        "team/supernet/8899aabbccddeeff",
                        null)))
            .getSpec()
            .getTemplate()
            .getSpec();

    assertThat(pod.getServiceAccountName()).isEqualTo("apq-worker");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getVolumes()).extracting(Volume::getName).containsExactly("spec", "tmp");
    Container worker = pod.getContainers().get(0);
    assertThat(worker.getArgs())
        .contains(
            "--store=s3://bucket/apq/team/t/0011223344556677",
            "--supernet=s3://bucket/apq/team/supernet/8899aabbccddeeff");
    assertThat(worker.getEnv())
        .extracting(EnvVar::getName)
        .containsExactly(
            "APQ_INPUT_DIGEST",
            "APQ_STORE_S3_ENDPOINT",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN");
    assertThat(worker.getEnv().get(1).getValue()).isEqualTo("https://minio:9000");
    assertThat(worker.getEnv())
        .filteredOn(variable -> variable.getName().startsWith("AWS_"))
        .allSatisfy(
            variable -> {
              assertThat(variable.getValue()).isNull();
              assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("apq-s3");
              assertThat(variable.getValueFrom().getSecretKeyRef().getKey())
                  .isEqualTo(variable.getName());
            });
  }

  @Test
  void threadsFollowTheCpuLimit() {
    SupernetTraining training = Specs.training("t", "worker: {resources: {limits: {cpu: 1500m}}}");
    assertThat(
            job(training, Stage.TRAIN)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv())
        .contains(new EnvVar("OMP_NUM_THREADS", "2", null));
  }

  @Test
  void collectionIsAnIndexedJobThatToleratesSomeFailedShards() {
    SupernetTraining training = Specs.training("t");
    var spec = job(training, Stage.COLLECT).getSpec();
    assertThat(spec.getCompletionMode()).isEqualTo("Indexed");
    assertThat(spec.getCompletions()).isEqualTo(4);
    assertThat(spec.getBackoffLimitPerIndex()).isEqualTo(2);
    assertThat(spec.getMaxFailedIndexes()).isZero();
    assertThat(spec.getBackoffLimit()).isNull();
    assertThat(spec.getSuccessPolicy()).isNull();
    assertThat(spec.getSuspend()).as("a queue owns it").isNull();
    assertThat(spec.getPodReplacementPolicy()).isEqualTo("Failed");
    assertThat(spec.getPodFailurePolicy().getRules())
        .extracting(rule -> rule.getAction())
        .containsExactly("FailJob", "FailIndex", "Ignore", "Ignore");
  }

  @Test
  void deletingTheResourceDeletesItsJobs() {
    Job job = job(Specs.training("t", "queueName: gpu"), Stage.TRAIN);
    assertThat(job.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner -> {
              assertThat(owner.getController()).isTrue();
              assertThat(owner.getKind()).isEqualTo("SupernetTraining");
            });
    assertThat(job.getMetadata().getLabels()).containsEntry("kueue.x-k8s.io/queue-name", "gpu");
    assertThat(job.getSpec().getTemplate().getMetadata().getLabels())
        .doesNotContainKey("kueue.x-k8s.io/queue-name");
  }

  @Test
  void aQueueMayStartACollectionWithFewerShardsAtATime() {
    String queue = "queueName: gpu";
    SupernetTraining training = parallel(4, 2, queue);
    assertThat(minimum(job(training, Stage.COLLECT))).isEqualTo("2");
    assertThat(minimum(job(training, Stage.TRAIN))).as("one Pod").isNull();
    assertThat(minimum(job(parallel(4, 4, queue), Stage.COLLECT))).as("all or none").isNull();
    assertThat(minimum(job(parallel(4, 2), Stage.COLLECT))).as("no queue").isNull();
  }

  private static SupernetTraining parallel(int most, int least, String... more) {
    SupernetTraining training = Specs.training("t", more);
    ObjectNode tree = Serialization.jsonMapper().valueToTree(training);
    ((ObjectNode) tree.at("/spec/collection"))
        .put("parallelism", most)
        .put("minParallelism", least);
    return Serialization.unmarshal(tree.toString(), SupernetTraining.class);
  }

  private static @Nullable String minimum(Job job) {
    return job.getMetadata().getAnnotations().get("kueue.x-k8s.io/job-min-parallelism");
  }

  @Test
  void aSearchesVerificationWaitsInItsOwnQueueOrInThatOfItsSupernet() {
    SupernetTraining training = Specs.training("t", "queueName: gpu");
    assertThat(verification(training, "supernetRef: {name: t}").queueName()).isEqualTo("gpu");
    assertThat(verification(training, "supernetRef: {name: t}\nqueueName: cpu").queueName())
        .isEqualTo("cpu");
  }

  private static JobTemplate.Settings verification(SupernetTraining training, String search) {
    return JobTemplate.Settings.of(
        Serialization.unmarshal(search, ApqSearchSpec.class),
        training.getSpec(),
        "team/s/k",
        "team/t/k");
  }

  private static Job job(SupernetTraining training, Stage stage) {
    return TEMPLATE.build(
        new JobTemplate.Request(
            training,
            stage,
            "0123abcd",
            1,
            "sha256:in",
            JobTemplate.Settings.of(training, "team/t/0011223344556677")));
  }
}
