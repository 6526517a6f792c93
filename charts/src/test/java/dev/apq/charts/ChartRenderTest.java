package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ChartRenderTest {
  private static final String DIGEST = "sha256:" + "0a".repeat(32);

  @Test
  void defaultsInstallOneOperatorForAllNamespaces() {
    assertThat(Chart.render("").ids())
        .containsExactly(
            "ClusterRole/apq-operator",
            "ClusterRole/apq-operator-edit",
            "ClusterRole/apq-operator-view",
            "ClusterRoleBinding/apq-operator",
            "CustomResourceDefinition/apqsearches.apq.dev",
            "CustomResourceDefinition/supernettrainings.apq.dev",
            "Deployment/apq-system/apq-operator",
            "PersistentVolumeClaim/apq-system/apq-artifacts",
            "Role/apq-system/apq-operator-leader-election",
            "RoleBinding/apq-system/apq-operator-leader-election",
            "Service/apq-system/apq-operator",
            "ServiceAccount/apq-system/apq-operator");
  }

  @Test
  void namespacedInstallationNeedsNoClusterRight() {
    Objects objects =
        Chart.render(
            """
            watch: {namespaces: [team-a, team-b]}
            crds: {install: false}
            rbac: {aggregateRoles: false}
            """);
    assertThat(objects.all())
        .allSatisfy(o -> assertThat(o.getMetadata().getNamespace()).isNotNull());
    assertThat(objects.ids())
        .contains(
            "Role/team-a/apq-operator",
            "RoleBinding/team-a/apq-operator",
            "Role/team-b/apq-operator",
            "RoleBinding/team-b/apq-operator");
    assertThat(environment(objects))
        .containsEntry("QUARKUS_OPERATOR_SDK_NAMESPACES", "team-a,team-b");
  }

  @Test
  void crdsAreTheGeneratedOnesAndStayWhenAskedTo() {
    for (CustomResourceDefinition rendered : Chart.render("").of(CustomResourceDefinition.class)) {
      String source =
          Repository.read(
              Repository.ROOT.resolve("crds/" + rendered.getMetadata().getName() + ".yaml"));
      CustomResourceDefinition generated =
          Objects.parse(source).only(CustomResourceDefinition.class);
      assertThat(rendered.getSpec()).isEqualTo(generated.getSpec());
      assertThat(rendered.getMetadata().getAnnotations())
          .containsEntry("helm.sh/resource-policy", "keep");
    }
    assertThat(Chart.render("crds: {keep: false}").of(CustomResourceDefinition.class))
        .hasSize(2)
        .allSatisfy(
            crd ->
                assertThat(crd.getMetadata().getAnnotations())
                    .doesNotContainKey("helm.sh/resource-policy"));
    assertThat(Chart.render("crds: {install: false}").of(CustomResourceDefinition.class)).isEmpty();
  }

  @Test
  void containerFulfilsTheRestrictedPodSecurityStandardAndCannotWriteItsRoot() {
    PodSpec pod = pod(Chart.render(""));
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getHostNetwork()).isNull();
    Container operator = pod.getContainers().get(0);
    assertThat(operator.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(operator.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(operator.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(operator.getSecurityContext().getCapabilities().getAdd()).isEmpty();
    assertThat(operator.getSecurityContext().getPrivileged()).isNull();
    assertThat(pod.getVolumes())
        .allSatisfy(volume -> assertThat(volume.getHostPath()).isNull())
        .extracting("name")
        .containsExactly("artifacts", "tmp");
  }

  @Test
  void imagesAreNamedByRegistryRepositoryAndTagOrDigest() {
    assertThat(image("")).isEqualTo("apq-operator:0.1.0-SNAPSHOT");
    assertThat(image("image: {registry: r.example.com:5000, repository: a/b, tag: v1}"))
        .isEqualTo("r.example.com:5000/a/b:v1");
    assertThat(image("image: {tag: v1, digest: '" + DIGEST + "'}"))
        .isEqualTo("apq-operator@" + DIGEST);
    assertThat(environment(Chart.render("worker: {image: {registry: r.example.com, tag: cuda}}")))
        .containsEntry("APQ_WORKER_IMAGE", "r.example.com/apq-worker:cuda");
  }

  @Test
  void workerDefaultsReachTheOperatorAsASpecWorker() {
    assertThat(environment(Chart.render(""))).doesNotContainKey("APQ_WORKER_DEFAULTS");
    String defaults =
        environment(
                Chart.render(
                    """
                    worker:
                      imagePullPolicy: Always
                      imagePullSecrets: [{name: pull}]
                      resources: {requests: {cpu: 2}, limits: {nvidia.com/gpu: 1, memory: 16Gi}}
                      env: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
                      nodeSelector: {pool: gpu}
                      tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
                      priorityClassName: batch
                      runtimeClassName: nvidia
                    """))
            .get("APQ_WORKER_DEFAULTS");
    assertThat(Objects.yaml(defaults))
        .isEqualTo(
            Objects.yaml(
                """
                imagePullPolicy: Always
                imagePullSecrets: [pull]
                resources: {requests: {cpu: "2"}, limits: {nvidia.com/gpu: "1", memory: 16Gi}}
                env: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
                nodeSelector: {pool: gpu}
                tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
                priorityClassName: batch
                runtimeClassName: nvidia
                """));
  }

  @Test
  void leaderElectionTakesPlaceInTheReleaseAmongPods() {
    Container operator = pod(Chart.render("")).getContainers().get(0);
    assertThat(operator.getEnv())
        .filteredOn(entry -> entry.getValueFrom() != null)
        .extracting(EnvVar::getName, entry -> entry.getValueFrom().getFieldRef().getFieldPath())
        .containsExactly(
            tuple("APQ_LEADER_ELECTION_IDENTITY", "metadata.name"),
            tuple("APQ_LEADER_ELECTION_NAMESPACE", "metadata.namespace"));
    assertThat(environment(Chart.render("fullnameOverride: other")))
        .containsEntry("APQ_LEADER_ELECTION_LEASE", "other");
  }

  @Test
  void severalReplicasAreSpreadAndProtected() {
    assertThat(Chart.render("").of(PodDisruptionBudget.class)).isEmpty();
    assertThat(pod(Chart.render("")).getTopologySpreadConstraints()).isEmpty();

    Objects objects = Chart.render("replicas: 2");
    Map<String, String> labels =
        objects.only(Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
    PodDisruptionBudget budget = objects.only(PodDisruptionBudget.class);
    assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
    assertThat(labels).containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels());
    assertThat(pod(objects).getTopologySpreadConstraints())
        .singleElement()
        .satisfies(
            spread ->
                assertThat(labels)
                    .containsAllEntriesOf(spread.getLabelSelector().getMatchLabels()));
  }

  @Test
  void artifactStoreIsCreatedKeptOrGiven() {
    PersistentVolumeClaim claim = Chart.render("").only(PersistentVolumeClaim.class);
    assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteMany");
    assertThat(claim.getMetadata().getAnnotations())
        .containsEntry("helm.sh/resource-policy", "keep");
    assertThat(environment(Chart.render(""))).containsEntry("APQ_STORE_CLAIM", "apq-artifacts");

    Objects given = Chart.render("artifactStore: {existingClaim: shared}");
    assertThat(given.of(PersistentVolumeClaim.class)).isEmpty();
    assertThat(claimOfOperator(given)).isEqualTo("shared");
    assertThat(environment(given)).containsEntry("APQ_STORE_CLAIM", "shared");
    assertThat(environment(Chart.render("artifactStore: {workerClaim: theirs}")))
        .containsEntry("APQ_STORE_CLAIM", "theirs");
  }

  @Test
  void nfsExportIsReachedFromEveryWatchedNamespace() {
    Objects objects =
        Chart.render(
            """
            watch: {namespaces: [team-a, apq-system]}
            artifactStore: {nfs: {server: nfs.example.com, path: /apq}}
            """);
    List<PersistentVolumeClaim> claims = objects.of(PersistentVolumeClaim.class);
    assertThat(claims)
        .extracting(claim -> claim.getMetadata().getNamespace())
        .containsExactly("apq-system", "team-a");
    for (PersistentVolumeClaim claim : claims) {
      PersistentVolume volume =
          objects.named(PersistentVolume.class, claim.getSpec().getVolumeName());
      assertThat(volume.getSpec().getNfs().getServer()).isEqualTo("nfs.example.com");
      assertThat(volume.getSpec().getNfs().getPath()).isEqualTo("/apq");
      assertThat(volume.getSpec().getPersistentVolumeReclaimPolicy()).isEqualTo("Retain");
      assertThat(volume.getSpec().getClaimRef().getNamespace())
          .isEqualTo(claim.getMetadata().getNamespace());
      assertThat(volume.getSpec().getClaimRef().getName()).isEqualTo(claim.getMetadata().getName());
      assertThat(claim.getSpec().getStorageClassName()).isEmpty();
    }
  }

  @Test
  void networkPolicyLetsOutOnlyDnsAndTheApiServer() {
    assertThat(Chart.render("").of(NetworkPolicy.class)).isEmpty();
    NetworkPolicy policy =
        Chart.render("networkPolicy: {enabled: true, apiServerPorts: [8443]}")
            .only(NetworkPolicy.class);
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getEgress())
        .flatExtracting("ports")
        .extracting("port.intVal")
        .containsExactly(53, 53, 8443);
  }

  @Test
  void workersCanBeCutOffTheNetwork() {
    List<NetworkPolicy> policies =
        Chart.render("{networkPolicy: {isolateWorkers: true}, watch: {namespaces: [team-a]}}")
            .of(NetworkPolicy.class);
    assertThat(policies)
        .extracting(policy -> policy.getMetadata().getNamespace())
        .containsExactly("apq-system", "team-a");
    assertThat(policies)
        .allSatisfy(
            policy -> {
              assertThat(policy.getSpec().getIngress()).isEmpty();
              assertThat(policy.getSpec().getEgress()).isEmpty();
              assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
            });
  }

  @Test
  void serviceMonitorScrapesTheService() {
    assertThat(Chart.render("").generic("ServiceMonitor")).isEmpty();
    Objects objects =
        Chart.render(
            "metrics: {serviceMonitor: {enabled: true, interval: 15s, labels: {team: a}}}");
    GenericKubernetesResource monitor = objects.generic("ServiceMonitor").findFirst().orElseThrow();
    Service service = objects.only(Service.class);
    assertThat(monitor.getMetadata().getLabels()).containsEntry("team", "a");
    Map<String, String> selector = monitor.get("spec", "selector", "matchLabels");
    assertThat(service.getMetadata().getLabels()).containsAllEntriesOf(selector);
    Map<String, Object> endpoint = monitor.get("spec", "endpoints", 0);
    assertThat(endpoint)
        .containsEntry("port", service.getSpec().getPorts().get(0).getName())
        .containsEntry("interval", "15s");
  }

  @Test
  void alertsAreAboutThisRelease() {
    assertThat(Chart.render("").generic("PrometheusRule")).isEmpty();
    GenericKubernetesResource rule =
        Chart.render("{metrics: {prometheusRule: {enabled: true}}, fullnameOverride: other}")
            .generic("PrometheusRule")
            .findFirst()
            .orElseThrow();
    List<Map<String, Object>> alerts = rule.get("spec", "groups", 0, "rules");
    assertThat(alerts)
        .isNotEmpty()
        .allSatisfy(
            alert -> {
              assertThat(alert).containsKeys("alert", "expr", "for", "labels", "annotations");
              assertThat((String) alert.get("expr")).contains("job=\"other\"");
            });
    assertThat(alerts.toString()).doesNotContain("JOB").contains("{{ $labels.pod }}");
  }

  @Test
  void dashboardIsWhatGrafanaLoads() {
    assertThat(Chart.render("").of(ConfigMap.class)).isEmpty();
    ConfigMap map = Chart.render("metrics: {dashboard: {enabled: true}}").only(ConfigMap.class);
    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    JsonNode dashboard = Objects.yaml(map.getData().get("apq-operator.json"));
    assertThat(dashboard.path("panels")).hasSizeGreaterThan(5);
    assertThat(dashboard.path("panels").findValuesAsText("id")).doesNotHaveDuplicates();
    assertThat(dashboard.path("panels").findValuesAsText("expr"))
        .isNotEmpty()
        .allSatisfy(expression -> assertThat(expression).contains("job=~\"$job\""));
  }

  @Test
  void extrasReachThePod() {
    Objects objects =
        Chart.render(
            """
            extraEnv: [{name: HTTPS_PROXY, value: "http://proxy:3128"}]
            extraVolumes: [{name: more, emptyDir: {}}]
            extraVolumeMounts: [{name: more, mountPath: /more}]
            imagePullSecrets: [{name: pull}]
            priorityClassName: system-cluster-critical
            nodeSelector: {disk: fast}
            tolerations: [{key: a, operator: Exists}]
            podLabels: {team: a}
            podAnnotations: {note: b}
            commonLabels: {cost: c}
            """);
    PodSpec pod = pod(objects);
    assertThat(environment(objects)).containsEntry("HTTPS_PROXY", "http://proxy:3128");
    assertThat(pod.getVolumes()).extracting("name").contains("more");
    assertThat(pod.getContainers().get(0).getVolumeMounts())
        .extracting("mountPath")
        .contains("/more");
    assertThat(pod.getImagePullSecrets()).extracting("name").containsExactly("pull");
    assertThat(pod.getPriorityClassName()).isEqualTo("system-cluster-critical");
    assertThat(pod.getNodeSelector()).containsEntry("disk", "fast");
    assertThat(pod.getTolerations()).extracting("key").containsExactly("a");
    assertThat(objects.only(Deployment.class).getSpec().getTemplate().getMetadata())
        .satisfies(
            metadata -> {
              assertThat(metadata.getLabels())
                  .containsEntry("team", "a")
                  .containsEntry("cost", "c");
              assertThat(metadata.getAnnotations()).containsEntry("note", "b");
            });
    assertThat(objects.all())
        .allSatisfy(o -> assertThat(o.getMetadata().getLabels()).containsEntry("cost", "c"));
  }

  private static PodSpec pod(Objects objects) {
    return objects.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static String image(String values) {
    return pod(Chart.render(values)).getContainers().get(0).getImage();
  }

  private static String claimOfOperator(Objects objects) {
    return pod(objects).getVolumes().get(0).getPersistentVolumeClaim().getClaimName();
  }

  private static Map<String, String> environment(Objects objects) {
    return pod(objects).getContainers().get(0).getEnv().stream()
        .filter(entry -> entry.getValue() != null)
        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
  }
}
