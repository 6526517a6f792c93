package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the repository tells people to apply, before a real API server. */
@ExtendWith(OnCluster.class)
class ManifestsIT {
  @TempDir private Path folder;
  private KubernetesClient admin;
  private Path root;
  private Kubectl kubectl;

  @BeforeEach
  void prepare(Cluster cluster) {
    admin = cluster.admin();
    root = cluster.distribution().root();
    kubectl = new Kubectl(cluster.environment().paths().kubeconfig());
    kubectl.run("", "apply", "--server-side", "--force-conflicts", "--kustomize", root + "/crds");
    for (String name : List.of("apq-system", "apq", "team-a")) {
      kubectl.run(namespace(name), "apply", "--server-side", "--filename=-");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{watch: {namespaces: [team-a]}, crds: {install: false}, rbac: {aggregateRoles: false}}",
        "{replicas: 3, networkPolicy: {enabled: true, isolateWorkers: true}}",
        "{artifactStore: {nfs: {server: nfs.example.com, path: /apq}}, watch: {namespaces: [team-a]}}",
        """
        artifactStore: {existingClaim: mine, workerClaim: theirs}
        serviceAccount: {annotations: {a: b}}
        image: {registry: registry.example.com, digest: 'sha256:%064x'}
        imagePullSecrets: [{name: pull}]
        extraEnv: [{name: A, value: b}]
        extraVolumes: [{name: more, emptyDir: {}}]
        extraVolumeMounts: [{name: more, mountPath: /more}]
        tolerations: [{key: a, operator: Exists}]
        affinity: {podAntiAffinity: {}}
        podAnnotations: {a: b}
        worker: {resources: {limits: {nvidia.com/gpu: 1}}, tolerations: [{operator: Exists}], runtimeClassName: nvidia}
        """
      })
  void chartIsAccepted(String values) throws IOException {
    assertThat(kubectl.check(render(String.format(values, 1))))
        .contains("deployment.apps/apq-operator");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster-wide", "namespaced", "gpu"})
  void overlayIsAccepted(String overlay) {
    String documents = kubectl.run("", "kustomize", root + "/k8s/overlays/" + overlay);
    assertThat(kubectl.check(documents)).contains("deployment.apps/apq-operator");
  }

  @Test
  void everySampleIsAccepted() throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("k8s/samples"))) {
      List<Path> samples =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.endsWith("kustomization.yaml"))
              .toList();
      assertThat(samples).hasSizeGreaterThan(5);
      for (Path sample : samples) {
        assertThat(kubectl.check(Files.readString(sample))).as(sample.toString()).isNotBlank();
      }
    }
  }

  @Test
  void unknownFieldIsRefused() {
    assertThatThrownBy(
            () ->
                kubectl.check(
                    """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: wrong}
                    dat: {a: b}
                    """))
        .hasMessageContaining(".dat: field not declared in schema");
  }

  @Test
  void operatorPodFulfilsTheRestrictedStandard() throws IOException {
    PodTemplateSpec template =
        admin
            .load(new ByteArrayInputStream(render("{}").getBytes(StandardCharsets.UTF_8)))
            .items()
            .stream()
            .filter(Deployment.class::isInstance)
            .map(object -> ((Deployment) object).getSpec().getTemplate())
            .findFirst()
            .orElseThrow();
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("operator")
            .withNamespace("apq-system")
            .endMetadata()
            .withSpec(template.getSpec())
            .editSpec()
            .withServiceAccountName("default")
            .endSpec()
            .build();
    assertThat(admin.resource(pod).dryRun(true).create()).isNotNull();
    pod.getSpec().getContainers().get(0).getSecurityContext().setAllowPrivilegeEscalation(true);
    assertThatThrownBy(() -> admin.resource(pod).dryRun(true).create())
        .hasMessageContaining("violates PodSecurity");
  }

  private String render(String values) throws IOException {
    return new Helm(root.resolve("charts/apq-operator"))
        .template()
        .withName("apq-operator")
        .withNamespace("apq-system")
        .withKubeVersion("1.34.4")
        .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values))
        .call();
  }

  /** Under the standard that the overlay's own namespace enforces. */
  private static String namespace(String name) {
    return """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {pod-security.kubernetes.io/enforce: restricted}
        """
        .formatted(name);
  }
}
