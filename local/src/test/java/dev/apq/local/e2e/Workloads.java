package dev.apq.local.e2e;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Pods and Jobs of one namespace, whose only container runs a shell script of this machine. */
record Workloads(KubernetesClient client, String namespace) {
  private static final int SECONDS = 60;

  /** Creates what the manifest says; {@code container} and {@code pod} are further YAML fields. */
  void createPod(String name, String script, String container, String pod) {
    create(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
        %s"""
            .formatted(name, podSpec(script, container, pod).indent(2)));
  }

  void createJob(String name, String script, String container, String pod, String job) {
    create(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: %s}
        spec:
        %s  template:
            spec:
        %s"""
            .formatted(name, job.indent(2), podSpec(script, container, pod).indent(6)));
  }

  private static String podSpec(String script, String container, String pod) {
    return """
    restartPolicy: Never
    %scontainers:
    - name: worker
      image: apq-local/host
      command: [sh, -c, %s]
    %s"""
        .formatted(pod, quoted(script), container.indent(2));
  }

  private static String quoted(String script) {
    return "'" + script.replace("'", "''") + "'";
  }

  void create(String yaml) {
    client.resource(yaml).inNamespace(namespace).create();
  }

  Job finishedJob(String name) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            job -> job != null && terminalCondition(job).isPresent(), SECONDS, TimeUnit.SECONDS);
  }

  static Optional<String> terminalCondition(Job job) {
    return job.getStatus().getConditions().stream()
        .filter(condition -> condition.getStatus().equals("True"))
        .map(condition -> condition.getType())
        .filter(List.of("Complete", "Failed")::contains)
        .findFirst();
  }

  Pod podOf(String job) {
    return client.pods().inNamespace(namespace).withLabel("job-name", job).list().getItems().get(0);
  }

  Pod awaitPod(String name, Predicate<Pod> condition) {
    return client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(pod -> pod != null && condition.test(pod), SECONDS, TimeUnit.SECONDS);
  }

  void deletePod(String name) {
    client.pods().inNamespace(namespace).withName(name).delete();
  }

  void awaitGone(String name) {
    client
        .pods()
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(Objects::isNull, SECONDS, TimeUnit.SECONDS);
  }

  static Predicate<Pod> inPhase(String phase) {
    return pod -> phase.equals(pod.getStatus().getPhase());
  }

  static ContainerStateTerminated end(Pod pod) {
    return pod.getStatus().getContainerStatuses().get(0).getState().getTerminated();
  }
}
