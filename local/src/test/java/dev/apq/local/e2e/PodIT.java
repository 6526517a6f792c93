package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The life of a Pod on the node that runs it as processes. */
@ExtendWith(OnCluster.class)
class PodIT {
  private Cluster cluster;
  private Workloads workloads;

  @BeforeEach
  void takeNamespace(Cluster shared) {
    cluster = shared;
    workloads = new Workloads(shared.admin(), shared.namespace("pod"));
  }

  @Test
  void isAskedToStopBeforeItIsDeleted() {
    // A finalizer of the test's own lets the last status be seen.
    workloads.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: polite, finalizers: [apq.dev/test]}
        spec:
          restartPolicy: Never
          containers:
          - name: worker
            image: apq-local/host
            command:
            - sh
            - -c
            - trap 'echo asked > /dev/termination-log; exit 75' TERM; while :; do sleep 0.1; done
        """);
    workloads.awaitPod("polite", Workloads.inPhase("Running"));

    workloads.deletePod("polite");

    Pod stopped = workloads.awaitPod("polite", Workloads.inPhase("Failed"));
    assertThat(Workloads.end(stopped).getExitCode()).isEqualTo(75);
    assertThat(Workloads.end(stopped).getMessage()).isEqualTo("asked");
    cluster
        .kubectl()
        .run(
            "",
            "patch",
            "pod",
            "polite",
            "--namespace=" + workloads.namespace(),
            "--type=merge",
            "--patch={\"metadata\":{\"finalizers\":null}}");
    workloads.awaitGone("polite");
  }

  @Test
  void isKilledWithItsChildrenWhenItDoesNotStop() {
    workloads.createPod(
        "deaf",
        "trap '' TERM; sleep 600 & echo $! > $HOME/child; wait; sleep 600",
        "",
        "terminationGracePeriodSeconds: 1\n");
    Pod running = workloads.awaitPod("deaf", Workloads.inPhase("Running"));
    Path child =
        cluster
            .environment()
            .paths()
            .node()
            .resolve(running.getMetadata().getUid())
            .resolve("home/worker/child");
    Wait.until("the child runs", () -> Files.exists(child) && !Wait.read(child).isBlank());
    long pid = Long.parseLong(Wait.read(child).strip());

    workloads.deletePod("deaf");

    workloads.awaitGone("deaf");
    Wait.until("process " + pid + " has ended", () -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void showsItsLogToKubectl() {
    workloads.createPod("talkative", "echo one; echo two; echo three >&2", "", "");
    workloads.awaitPod("talkative", Workloads.inPhase("Succeeded"));
    String[] logs = {"logs", "talkative", "--namespace", workloads.namespace()};

    assertThat(cluster.kubectl().run("", logs)).isEqualTo("one\ntwo\nthree\n");
    assertThat(cluster.kubectl().run("", logs[0], logs[1], logs[2], logs[3], "--tail=1"))
        .isEqualTo("three\n");
    assertThat(cluster.kubectl().run("", logs[0], logs[1], logs[2], logs[3], "--follow"))
        .endsWith("three\n");
  }

  @Test
  void failsAtItsDeadline() {
    workloads.createPod("late", "sleep 600", "", "activeDeadlineSeconds: 1\n");

    Pod failed = workloads.awaitPod("late", Workloads.inPhase("Failed"));

    assertThat(failed.getStatus().getReason()).isEqualTo("DeadlineExceeded");
    assertThat(Workloads.end(failed).getExitCode()).isEqualTo(143);
  }

  @Test
  void runsItsInitContainersFirstAndAgainUntilTheySucceed() {
    workloads.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: steps}
        spec:
          restartPolicy: OnFailure
          volumes: [{name: shared, emptyDir: {}}]
          initContainers:
          - name: prepare
            image: apq-local/host
            command: [sh, -c, "test -f /shared/tried && touch /shared/ready; touch /shared/tried; test -f /shared/ready"]
            volumeMounts: [{name: shared, mountPath: /shared}]
          containers:
          - name: worker
            image: apq-local/host
            command: [test, -f, /shared/ready]
            volumeMounts: [{name: shared, mountPath: /shared}]
        """);

    Pod done = workloads.awaitPod("steps", Workloads.inPhase("Succeeded"));

    assertThat(done.getStatus().getInitContainerStatuses().get(0).getRestartCount()).isEqualTo(1);
    assertThat(done.getStatus().getContainerStatuses().get(0).getRestartCount()).isZero();
  }

  @Test
  void seesConfigurationItsOwnFieldsAndMountsAtTheirRealPaths() {
    workloads.create(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: settings}
        data: {LEVEL: debug, spec.json: '{"data": "/apq/data/x"}'}
        """);
    workloads.createPod(
        "reader",
        "printf '%s %s %s %s' $LEVEL $WHO $CPUS \"$(cat /etc/apq/spec.json)\" >/dev/termination-log",
        """
        envFrom: [{configMapRef: {name: settings}}]
        env:
        - {name: WHO, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: CPUS, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        resources: {limits: {cpu: 1500m}, requests: {cpu: 10m}}
        volumeMounts: [{name: settings, mountPath: /etc/apq}, {name: data, mountPath: /apq/data}]
        """,
        """
        volumes:
        - {name: settings, configMap: {name: settings}}
        - {name: data, hostPath: {path: /usr/share, type: Directory}}
        """);

    Pod done = workloads.awaitPod("reader", Workloads.inPhase("Succeeded"));

    assertThat(Workloads.end(done).getMessage())
        .isEqualTo("debug reader 2 {\"data\": \"/usr/share/x\"}");
  }

  @Test
  void waitsForAConfigMapThatIsMissing() {
    workloads.createPod("early", "true", "envFrom: [{configMapRef: {name: later}}]", "");
    workloads.awaitPod("early", pod -> waitingMessage(pod).contains("configmap \"later\""));

    workloads.create("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: later}\n");

    workloads.awaitPod("early", Workloads.inPhase("Succeeded"));
  }

  @Test
  void saysWhichImagesItKnowsWhenItIsAskedForAnother() {
    workloads.create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: foreign}
        spec: {containers: [{name: worker, image: "example.org:5000/anything:1"}]}
        """);

    Pod waiting = workloads.awaitPod("foreign", pod -> !waitingMessage(pod).isEmpty());

    assertThat(waiting.getStatus().getPhase()).isEqualTo("Pending");
    assertThat(waitingMessage(waiting))
        .contains("example.org:5000/anything:1", "pulls nothing", "apq-worker");
  }

  @Test
  void isNotScheduledWhenItAsksForMoreThanTheNodeHas() {
    workloads.createPod("huge", "true", "resources: {requests: {cpu: 10k}}", "");

    workloads.awaitPod(
        "huge",
        pod ->
            pod.getStatus().getConditions().stream()
                .anyMatch(condition -> "Unschedulable".equals(condition.getReason())));
  }

  private static String waitingMessage(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream()
        .map(status -> status.getState().getWaiting())
        .filter(waiting -> waiting != null && waiting.getMessage() != null)
        .map(waiting -> waiting.getMessage())
        .findFirst()
        .orElse("");
  }
}
