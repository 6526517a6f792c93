package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.process.Await;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an installation by the chart may do and what it tells: rights, Pods where the restricted
 * standard is enforced, metrics, log, canary. Its workers are stand-ins.
 */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstallationIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLANTED = "planted-2b8e41";

  private Cluster cluster;
  private KubernetesClient admin;
  private Kubectl kubectl;
  private String namespace;
  private Searches searches;
  private StandIns standIns;
  private InstalledOperator operator;

  @BeforeAll
  void install(Cluster shared, @TempDir Path folder) throws IOException {
    cluster = shared;
    admin = shared.admin();
    kubectl = shared.kubectl();
    shared.stopOperator();
    namespace = shared.namespace("installed");
    kubectl.run(
        "", "label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    searches = new Searches(shared, namespace);
    standIns = new StandIns(shared, namespace);
    new Helm(shared.distribution().root().resolve("charts/apq-operator"))
        .install()
        .withName("apq-operator")
        .withNamespace(namespace)
        .withKubeConfig(kubectl.kubeconfig())
        .withValuesFile(
            Files.writeString(
                folder.resolve("values.yaml"),
                """
                watch: {namespaces: [%s]}
                crds: {install: false}
                rbac: {aggregateRoles: false}
                artifactStore: {existingClaim: apq-artifacts}
                canary: {enabled: true, interval: PT1S}
                """
                    .formatted(namespace)))
        .call();
    operator = new InstalledOperator(shared, kubectl, namespace, folder);
    operator.start();
    searches.apply(standIns.training("done", Map.of("PASSWORD", PLANTED)));
    searches.apply(Manifests.search(namespace, "answer", "done", "0.05", 10));
    searches.trained("done");
    searches.answered("answer");
  }

  @AfterAll
  void stop() {
    operator.close();
  }

  /** A right more or less than in the files needs a reason in the commit that changes them. */
  @Test
  void theOperatorMayDoWhatTheReviewedListsSay() {
    assertThat(rights(namespace, namespace)).isEqualTo(reviewed("namespaced.txt"));
    assertThat(rights(namespace, "default"))
        .as("in a namespace that it does not serve")
        .isEqualTo(reviewed("elsewhere.txt"));
    OperatorUnderFaults.grantRights(cluster);
    Wait.until(
        "the API server knows the role",
        () -> rights(OperatorUnderFaults.NAMESPACE, "default").contains("jobs.batch"));
    assertThat(rights(OperatorUnderFaults.NAMESPACE, "default"))
        .isEqualTo(reviewed("cluster-wide.txt"));
  }

  /** What the API server says that the operator installed in {@code home} may do. */
  private String rights(String home, String where) {
    return kubectl
            .run(
                "",
                "auth",
                "can-i",
                "--list",
                "--no-headers",
                "--namespace=" + where,
                "--as=system:serviceaccount:" + home + ":apq-operator")
            .lines()
            .map(line -> line.strip().replaceAll("\\s+", " "))
            .distinct()
            .sorted()
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  private String reviewed(String file) {
    return Wait.read(
        cluster.distribution().root().resolve("local/src/test/resources/rights/" + file));
  }

  @Test
  void workersRunWhereTheRestrictedStandardIsEnforced() {
    Workloads workloads = new Workloads(admin, namespace);
    assertThatThrownBy(() -> workloads.createPod("open", "true", "", ""))
        .hasMessageContaining("violates PodSecurity \"restricted");

    List<Pod> pods =
        admin
            .pods()
            .inNamespace(namespace)
            .withLabel("app.kubernetes.io/managed-by", "apq-operator")
            .list()
            .getItems();
    assertThat(pods)
        .as("of five stages, two of which have two shards")
        .hasSizeGreaterThanOrEqualTo(7)
        .allSatisfy(
            pod -> {
              assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
              assertThat(pod.getSpec().getVolumes())
                  .as("no token")
                  .allMatch(volume -> volume.getProjected() == null);
            });
  }

  @Test
  void itExportsWhatTheDocumentationNamesAndNothingElse() throws IOException {
    searches.apply(standIns.training("slow", Map.of("STAND_IN_HOLD", "collect")));
    Wait.until("both shards have workers", () -> standIns.runs("slow").size() >= 3);
    Files.writeString(
        standIns.artifact("slow", "collect", "shard-00000").resolve("progress.json"),
        """
        {"stage": "collect", "fraction": 0.5, "samplesDone": 1, "samplesTotal": 2,
         "samplesPerSecond": 1.5, "imagesPerSecond": 90.0, "message": "half"}
        """);
    Set<String> documented =
        ExportedMetrics.documented(
            Wait.read(cluster.distribution().root().resolve("docs/metrics.md")));
    // Gauges of resources are renewed every few seconds; what is missing still after that is told.
    Await.until(
        () -> exported().withLabels("apq_").containsAll(documented),
        Duration.ofSeconds(30),
        () -> "not exported: " + without(documented, exported().withLabels("apq_")));
    ExportedMetrics exported = exported();
    standIns.go("slow");
    searches.trained("slow");

    assertThat(without(exported.withLabels("apq_"), documented)).as("not documented").isEmpty();
    assertThat(exported.value("apq_search_evaluations_total")).isPositive();
  }

  private ExportedMetrics exported() {
    return new ExportedMetrics(operator.scrape());
  }

  private static Set<String> without(Set<String> names, Set<String> others) {
    return names.stream()
        .filter(name -> !others.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void itsLogNamesResourceAndRun() {
    List<JsonNode> lines =
        operator.log().lines().filter(line -> line.startsWith("{")).map(this::json).toList();
    Map<String, String> runs =
        Map.of(
            "done", searches.training("done").getStatus().runId(),
            "answer", searches.search("answer").getStatus().runId());
    runs.forEach(
        (resource, run) -> {
          List<JsonNode> about =
              lines.stream()
                  .filter(line -> line.path("loggerName").asText().endsWith(".Transitions"))
                  .filter(line -> line.at("/mdc/resource.name").asText().equals(resource))
                  .toList();
          assertThat(about)
              .isNotEmpty()
              .allSatisfy(
                  line -> {
                    assertThat(line.at("/mdc/resource.namespace").asText()).isEqualTo(namespace);
                    assertThat(line.at("/mdc/resource.kind").asText()).isNotBlank();
                  });
          assertThat(about.get(about.size() - 1).at("/mdc/runId").asText()).isEqualTo(run);
        });
    assertThat(lines).noneMatch(line -> line.path("level").asText().equals("ERROR"));
  }

  private JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }

  @Test
  void whatAWorkerIsGivenIsReadNowhereElse() {
    new ReadablePlaces(cluster, namespace).assertOnlyInPods(PLANTED, operator.log());
  }

  @Test
  void itsCanaryIsEditedAndAnsweredAndRunsNothing() {
    Wait.until("the canary was edited", () -> canary().getMetadata().getGeneration() > 2);
    Wait.until(
        "an edit was answered lately", () -> exported().value("apq_canary_age_seconds") < 10);
    assertThat(canary().getSpec().suspend()).isTrue();
    assertThat(searches.jobs().keySet()).noneMatch(name -> name.startsWith("apq-canary"));
  }

  private SupernetTraining canary() {
    return searches.training("apq-canary");
  }
}
