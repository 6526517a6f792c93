package dev.apq.local.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;

/**
 * TrainJobs of one namespace, and the part of the Kubeflow Trainer and of a queue: Pods that run
 * what a TrainJob says, and its status.
 */
record TrainJobs(Cluster cluster, String namespace) {
  private static final String DEFINITION =
      "manifests/base/crds/trainer.kubeflow.org_trainjobs.yaml";

  /**
   * Gives the operators under faults the right that the chart's {@code trainJobs.enabled} gives.
   */
  static void grant(Cluster cluster) {
    String rules =
        Wait.read(
            cluster
                .distribution()
                .root()
                .resolve("charts/apq-operator/files/rbac/train-jobs.yaml"));
    apply(
        cluster,
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: train-jobs}
        rules:
        %s
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: train-jobs}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: train-jobs}
        subjects: [{kind: ServiceAccount, name: %s, namespace: %s}]
        """
            .formatted(rules, OperatorUnderFaults.ACCOUNT, OperatorUnderFaults.NAMESPACE));
  }

  static void apply(Cluster cluster, String documents) {
    cluster.kubectl().run(documents, "apply", "--server-side", "--force-conflicts", "--filename=-");
  }

  /** Installs a definition and waits until the API serves it. */
  static void define(Cluster cluster, String file) {
    cluster.kubectl().run("", "apply", "--server-side", "--force-conflicts", "--filename=" + file);
    awaitServed(cluster);
  }

  /** Waits until the API serves every definition that it knows. */
  static void awaitServed(Cluster cluster) {
    Wait.until(
        "the definitions are served",
        () ->
            cluster
                .admin()
                .apiextensions()
                .v1()
                .customResourceDefinitions()
                .list()
                .getItems()
                .stream()
                .allMatch(TrainJobs::isEstablished));
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Established") && c.getStatus().equals("True"));
  }

  static void install(Cluster cluster) {
    define(cluster, GoModule.trainer().path(DEFINITION));
  }

  static void uninstall(Cluster cluster) {
    cluster
        .kubectl()
        .run(
            "",
            "delete",
            "--ignore-not-found",
            "--filename=" + GoModule.trainer().path(DEFINITION));
  }

  /** Those of a training. */
  List<GenericKubernetesResource> of(String training) {
    return client()
        .genericKubernetesResources("trainer.kubeflow.org/v1alpha1", "TrainJob")
        .inNamespace(namespace)
        .withLabel("apq.dev/resource", training)
        .list()
        .getItems();
  }

  /** The one of a training, once it is there. */
  GenericKubernetesResource await(String training) {
    Wait.until("a TrainJob of " + training, () -> of(training).size() == 1);
    return of(training).get(0);
  }

  /** Runs the first of its nodes as a Pod that the JobSet would make. */
  Pod runFirstNode(GenericKubernetesResource trainJob) {
    String name = trainJob.getMetadata().getName();
    Map<String, Object> metadata =
        Map.of(
            "name",
            name + "-node-0-0-abcde",
            "namespace",
            namespace,
            "labels",
            Map.of("jobset.sigs.k8s.io/jobset-name", name),
            "ownerReferences",
            List.of(
                Map.of(
                    "apiVersion",
                    trainJob.getApiVersion(),
                    "kind",
                    trainJob.getKind(),
                    "name",
                    name,
                    "uid",
                    trainJob.getMetadata().getUid(),
                    "controller",
                    true,
                    "blockOwnerDeletion",
                    true)));
    Map<String, Object> container =
        Map.of(
            "name", "node",
            "image", trainJob.get("spec", "trainer", "image"),
            "args", trainJob.get("spec", "trainer", "args"),
            "env", trainJob.get("spec", "trainer", "env"),
            "volumeMounts", override(trainJob, "containers", 0, "volumeMounts"));
    Pod pod =
        client()
            .getKubernetesSerialization()
            .convertValue(
                Map.of(
                    "metadata",
                    metadata,
                    "spec",
                    Map.of(
                        "restartPolicy",
                        "Never",
                        "containers",
                        List.of(container),
                        "volumes",
                        override(trainJob, "volumes"))),
                Pod.class);
    return client().resource(pod).create();
  }

  /** Part of what the TrainJob says of its Pods. */
  static <T> T override(GenericKubernetesResource trainJob, Object... path) {
    Object[] whole = new Object[path.length + 4];
    System.arraycopy(new Object[] {"spec", "podTemplateOverrides", 0, "spec"}, 0, whole, 0, 4);
    System.arraycopy(path, 0, whole, 4, path.length);
    return trainJob.get(whole);
  }

  /** Writes a condition into its status. */
  void condition(GenericKubernetesResource trainJob, String type, String status) {
    cluster
        .kubectl()
        .run(
            "",
            "patch",
            "trainjob",
            trainJob.getMetadata().getName(),
            "--namespace=" + namespace,
            "--subresource=status",
            "--type=merge",
            "--patch",
            """
            {"status": {"conditions": [{"type": "%s", "status": "%s", "reason": "Played",
              "message": "", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}"""
                .formatted(type, status));
  }

  /** Suspends or resumes it, as a queue would. */
  void suspend(GenericKubernetesResource trainJob, boolean suspend) {
    cluster
        .kubectl()
        .run(
            "",
            "patch",
            "trainjob",
            trainJob.getMetadata().getName(),
            "--namespace=" + namespace,
            "--type=merge",
            "--patch",
            "{\"spec\": {\"suspend\": " + suspend + "}}");
  }

  private KubernetesClient client() {
    return cluster.admin();
  }

  /** A stand-in's training that asks for a TrainJob of two nodes. */
  static String distributed(String training, String... more) {
    return training
        + "  distributed: {trainJob: {runtimeRef: {name: torch-apq}, nodes: 2}}\n"
        + String.join("\n", more).indent(2);
  }
}
