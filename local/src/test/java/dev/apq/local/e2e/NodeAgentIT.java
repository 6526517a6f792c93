package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.local.environment.Distribution;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The real Job controller must find in the agent's reports what it finds in a kubelet's. */
@ExtendWith(OnCluster.class)
class NodeAgentIT {
  private Cluster cluster;
  private KubernetesClient client;
  private String namespace;

  @BeforeEach
  void takeNamespace(Cluster shared) {
    cluster = shared;
    client = shared.admin();
    namespace = shared.namespace("node");
  }

  @Test
  void runsAJobToItsEnd() {
    Job job = finished(create(job("hello", "echo hello > /dev/termination-log; exit 0").build()));

    assertThat(job.getStatus().getSucceeded()).isEqualTo(1);
    ContainerStateTerminated end = ended(podsOf("hello").get(0));
    assertThat(end.getExitCode()).isZero();
    assertThat(end.getReason()).isEqualTo("Completed");
    assertThat(end.getMessage()).isEqualTo("hello");
  }

  @Test
  void reportsExitCodeAndMessageOfAFailure() {
    create(job("broken", "echo 'no such file' > /dev/termination-log; exit 66").build());

    Job job = finished(get("broken"));

    assertThat(condition(job)).isEqualTo("Failed");
    ContainerStateTerminated end = ended(podsOf("broken").get(0));
    assertThat(end.getExitCode()).isEqualTo(66);
    assertThat(end.getMessage()).isEqualTo("no such file");
  }

  @Test
  void podFailurePolicyReadsTheExitCode() {
    JobBuilder job = job("policy", "exit 64").editSpec().withBackoffLimit(6).endSpec();
    job.editSpec()
        .withNewPodFailurePolicy()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName("worker")
        .withOperator("In")
        .withValues(64, 78)
        .endOnExitCodes()
        .endRule()
        .endPodFailurePolicy()
        .endSpec();
    create(job.build());

    Job failed = finished(get("policy"));

    assertThat(failed.getStatus().getConditions())
        .anyMatch(c -> c.getType().equals("Failed") && c.getReason().equals("PodFailurePolicy"));
    assertThat(failed.getStatus().getFailed()).isEqualTo(1);
  }

  @Test
  void anIndexedJobRunsEachShardAndOnlyTheBrokenIndexFails() {
    JobBuilder job =
        job("shards", "test $JOB_COMPLETION_INDEX != 1 && : > /out/$JOB_COMPLETION_INDEX");
    job.editSpec()
        .withCompletionMode("Indexed")
        .withCompletions(4)
        .withParallelism(2)
        .withBackoffLimit(null)
        .withBackoffLimitPerIndex(0)
        .withPodReplacementPolicy("Failed")
        .editTemplate()
        .editSpec()
        .editFirstContainer()
        .addNewVolumeMount()
        .withName("artifacts")
        .withMountPath("/out")
        .withSubPath("shards")
        .endVolumeMount()
        .endContainer()
        .addNewVolume()
        .withName("artifacts")
        .withNewPersistentVolumeClaim("apq-artifacts", false)
        .endVolume()
        .endSpec()
        .endTemplate()
        .endSpec();
    create(job.build());

    Job ended = finished(get("shards"));

    assertThat(ended.getStatus().getCompletedIndexes()).isEqualTo("0,2,3");
    assertThat(ended.getStatus().getFailedIndexes()).isEqualTo("1");
    Path out = cluster.environment().paths().artifacts().resolve("shards");
    assertThat(out).isDirectoryNotContaining("glob:**/1");
    assertThat(List.of("0", "2", "3")).allMatch(index -> Files.exists(out.resolve(index)));
  }

  @Test
  void aDeletedPodIsAskedToStopFirst() {
    create(
        pod(
                "polite",
                "trap 'echo asked > /dev/termination-log; exit 75' TERM; while :; do sleep 0.1; done")
            .build());
    awaitPod("polite", NodeAgentIT::running);
    // A finalizer of ours lets the last status be seen.
    client
        .pods()
        .inNamespace(namespace)
        .withName("polite")
        .edit(
            p ->
                new PodBuilder(p)
                    .editMetadata()
                    .addToFinalizers("apq.dev/test")
                    .endMetadata()
                    .build());

    client.pods().inNamespace(namespace).withName("polite").delete();

    Pod stopped = awaitPod("polite", p -> "Failed".equals(p.getStatus().getPhase()));
    assertThat(ended(stopped).getExitCode()).isEqualTo(75);
    assertThat(ended(stopped).getMessage()).isEqualTo("asked");
    client
        .pods()
        .inNamespace(namespace)
        .withName("polite")
        .edit(
            p ->
                new PodBuilder(p)
                    .editMetadata()
                    .removeFromFinalizers("apq.dev/test")
                    .endMetadata()
                    .build());
    client
        .pods()
        .inNamespace(namespace)
        .withName("polite")
        .waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);
  }

  @Test
  void aPodThatIgnoresTheRequestIsKilledWithItsChildren() {
    create(
        pod("deaf", "trap '' TERM; sleep 600 & echo $! > $HOME/child; wait; sleep 600")
            .editSpec()
            .withTerminationGracePeriodSeconds(1L)
            .endSpec()
            .build());
    Pod running = awaitPod("deaf", NodeAgentIT::running);
    Path child =
        cluster
            .environment()
            .paths()
            .node()
            .resolve(running.getMetadata().getUid())
            .resolve("home/worker/child");
    Wait.until("the child has started", () -> Files.exists(child) && !Wait.read(child).isBlank());
    long pid = Long.parseLong(Wait.read(child).strip());

    client.pods().inNamespace(namespace).withName("deaf").delete();

    client
        .pods()
        .inNamespace(namespace)
        .withName("deaf")
        .waitUntilCondition(Objects::isNull, 60, TimeUnit.SECONDS);
    Wait.until("process " + pid + " has ended", () -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void theDeadlineOfAPodEndsIt() {
    create(pod("late", "sleep 600").editSpec().withActiveDeadlineSeconds(1L).endSpec().build());

    Pod failed = awaitPod("late", p -> "Failed".equals(p.getStatus().getPhase()));

    assertThat(failed.getStatus().getReason()).isEqualTo("DeadlineExceeded");
    assertThat(ended(failed).getExitCode()).isEqualTo(143);
  }

  @Test
  void initContainersRunFirstAndFailuresAreRetried() {
    Pod twoSteps =
        pod("steps", "test -f /shared/ready && exit 0; exit 1")
            .editSpec()
            .withRestartPolicy("OnFailure")
            .addNewInitContainer()
            .withName("prepare")
            .withImage(Distribution.HOST_IMAGE)
            .withCommand(
                "sh",
                "-c",
                "test -f /shared/tried && touch /shared/ready; touch /shared/tried; test -f /shared/ready")
            .addNewVolumeMount()
            .withName("shared")
            .withMountPath("/shared")
            .endVolumeMount()
            .endInitContainer()
            .editFirstContainer()
            .addNewVolumeMount()
            .withName("shared")
            .withMountPath("/shared")
            .endVolumeMount()
            .endContainer()
            .addNewVolume()
            .withName("shared")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .endSpec()
            .build();
    create(twoSteps);

    Pod done = awaitPod("steps", p -> "Succeeded".equals(p.getStatus().getPhase()));

    assertThat(done.getStatus().getInitContainerStatuses().get(0).getRestartCount()).isEqualTo(1);
  }

  @Test
  void configurationAndOwnFieldsReachTheProcess() {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName("settings")
                .withNamespace(namespace)
                .endMetadata()
                .withData(Map.of("spec.json", "{\"data\": \"/apq/data/x\"}", "LEVEL", "debug"))
                .build())
        .create();
    Pod reader =
        pod(
                "reader",
                "printf '%s %s %s %s' \"$LEVEL\" \"$WHO\" \"$CPUS\" \"$(cat /etc/apq/spec.json)\" > /dev/termination-log")
            .editSpec()
            .editFirstContainer()
            .addNewEnvFrom()
            .withNewConfigMapRef("settings", false)
            .endEnvFrom()
            .addNewEnv()
            .withName("WHO")
            .withNewValueFrom()
            .withNewFieldRef("v1", "metadata.name")
            .endValueFrom()
            .endEnv()
            .addNewEnv()
            .withName("CPUS")
            .withNewValueFrom()
            .withNewResourceFieldRef()
            .withResource("limits.cpu")
            .endResourceFieldRef()
            .endValueFrom()
            .endEnv()
            .withNewResources()
            .addToLimits("cpu", new Quantity("1500m"))
            .addToRequests("cpu", new Quantity("10m"))
            .endResources()
            .addNewVolumeMount()
            .withName("settings")
            .withMountPath("/etc/apq")
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("data")
            .withMountPath("/apq/data")
            .endVolumeMount()
            .endContainer()
            .addNewVolume()
            .withName("settings")
            .withNewConfigMap()
            .withName("settings")
            .endConfigMap()
            .endVolume()
            .addNewVolume()
            .withName("data")
            .withNewHostPath("/usr/share", "Directory")
            .endVolume()
            .endSpec()
            .build();
    create(reader);

    Pod done = awaitPod("reader", p -> "Succeeded".equals(p.getStatus().getPhase()));

    assertThat(ended(done).getMessage()).isEqualTo("debug reader 2 {\"data\": \"/usr/share/x\"}");
  }

  @Test
  void anUnknownImageIsRefusedWithWhatIsKnown() {
    create(
        new PodBuilder(pod("foreign", "true").build())
            .editSpec()
            .editFirstContainer()
            .withImage("example.org/anything:1")
            .endContainer()
            .endSpec()
            .build());

    Pod waiting =
        awaitPod(
            "foreign",
            p ->
                p.getStatus().getContainerStatuses().stream()
                    .anyMatch(s -> s.getState().getWaiting() != null));

    assertThat(waiting.getStatus().getPhase()).isEqualTo("Pending");
    assertThat(
            waiting.getStatus().getContainerStatuses().get(0).getState().getWaiting().getMessage())
        .contains("example.org/anything:1", "pulls nothing", "apq-worker");
  }

  @Test
  void podsThatAskForMoreThanTheNodeHasWait() {
    create(
        new PodBuilder(pod("huge", "true").build())
            .editSpec()
            .editFirstContainer()
            .withNewResources()
            .addToRequests("cpu", new Quantity("10k"))
            .endResources()
            .endContainer()
            .endSpec()
            .build());

    Pod pending =
        awaitPod(
            "huge",
            p ->
                p.getStatus().getConditions().stream()
                    .anyMatch(c -> "Unschedulable".equals(c.getReason())));

    assertThat(pending.getStatus().getPhase()).isEqualTo("Pending");
  }

  private JobBuilder job(String name, String script) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withNewTemplate()
        .withSpec(pod(name, script).build().getSpec())
        .endTemplate()
        .endSpec();
  }

  private PodBuilder pod(String name, String script) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("worker")
        .withImage(Distribution.HOST_IMAGE)
        .withCommand("sh", "-c", script)
        .endContainer()
        .endSpec();
  }

  private Job create(Job job) {
    return client.resource(job).create();
  }

  private void create(Pod pod) {
    client.resource(pod).create();
  }

  private Job get(String name) {
    return client.batch().v1().jobs().inNamespace(namespace).withName(name).get();
  }

  private Job finished(Job job) {
    return client
        .resource(job)
        .waitUntilCondition(j -> j != null && condition(j) != null, 60, TimeUnit.SECONDS);
  }

  private static String condition(Job job) {
    return job.getStatus().getConditions().stream()
        .filter(c -> c.getStatus().equals("True"))
        .map(c -> c.getType())
        .filter(type -> type.equals("Complete") || type.equals("Failed"))
        .findFirst()
        .orElse(null);
  }

  private List<Pod> podsOf(String job) {
    return client.pods().inNamespace(namespace).withLabel("job-name", job).list().getItems();
  }

  private Pod awaitPod(String name, Predicate<Pod> condition) {
    return client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(p -> p != null && condition.test(p), 60, TimeUnit.SECONDS);
  }

  private static boolean running(Pod pod) {
    return "Running".equals(pod.getStatus().getPhase());
  }

  private static ContainerStateTerminated ended(Pod pod) {
    return pod.getStatus().getContainerStatuses().get(0).getState().getTerminated();
  }
}
