package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.environment.EnvironmentPaths;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart's namespaced installation answers the demo's search with the rights that it grants, and
 * takes over what an earlier chart's installation has begun.
 *
 * <p>Kinds, Roles and Deployment before the upgrade are those of the oldest chart that is kept; the
 * operator is the present one throughout, with the administrator's rights until the upgrade,
 * because no earlier jar is kept and it needs rights that the earlier Role lacks.
 */
@ExtendWith(OnCluster.class)
class ChartIT {
  private static final Pattern METRIC = Pattern.compile("([a-z][a-z0-9_]*)\\{job");
  private static final String PLANTED = "planted-5d07c4";
  private static final String NAME = "apq-operator";
  private static final String DEMO = "cluttered-digits";

  @TempDir private Path folder;
  private Cluster cluster;
  private KubernetesClient admin;
  private String namespace;
  private EnvironmentPaths paths;
  private Kubectl kubectl;
  private Searches searches;
  private StandIns standIns;
  private InstalledOperator operator;
  private RecordedStatuses statuses;

  @BeforeEach
  void installTheOldestChart(Cluster shared) throws IOException {
    cluster = shared;
    admin = shared.admin();
    paths = shared.environment().paths();
    kubectl = shared.kubectl();
    shared.stopOperator();
    namespace = shared.namespace("chart");
    searches = new Searches(shared, namespace);
    standIns = new StandIns(shared, namespace);
    kubectl.run("", "delete", "--ignore-not-found", "--kustomize", root() + "/crds");
    new Helm(oldestChart())
        .install()
        .withName(NAME)
        .withNamespace(namespace)
        .withKubeConfig(paths.kubeconfig())
        .withValuesFile(
            Files.writeString(
                folder.resolve("values.yaml"),
                """
                watch: {namespaces: [%s]}
                rbac: {aggregateRoles: false}
                artifactStore: {existingClaim: apq-artifacts}
                search: {threads: 2}
                """
                    .formatted(namespace)))
        .call();
    kubectl.run("", "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
    operator = new InstalledOperator(shared, kubectl, namespace, folder);
    statuses = new RecordedStatuses(admin, namespace);
    statuses.of(ApqSearch.class).of(SupernetTraining.class);
  }

  @AfterEach
  void stop() throws IOException {
    cluster.environment().installCustomResources();
    statuses.close();
    Files.write(paths.logs().resolve("statuses.jsonl"), statuses.lines());
    operator.close();
  }

  @Test
  void theOldestChartIsUpgradedWhileTrainingsRun() throws IOException {
    assertThat(admin.rbac().clusterRoleBindings().list().getItems())
        .flatExtracting(ClusterRoleBinding::getSubjects)
        .extracting(Subject::getNamespace)
        .as("namespaces whose accounts have rights in the whole cluster")
        .doesNotContain(namespace);
    assertThat(kinds())
        .as("the kinds of the earlier chart")
        .noneMatch(schema -> schema.toString().contains("cleanupPolicy"));
    operator.startAsAdministrator();
    searches.apply(standIns.training("kept", Map.of()) + "  suspend: true\n");
    searches.apply(standIns.training("held", Map.of("STAND_IN_HOLD", "train")));
    searches.apply(demo());
    Wait.until(
        "two trainings run",
        () -> running(DEMO + "-train").isPresent() && standIns.runs("held").size() == 1);
    Map<String, String> jobs = searches.jobs();
    Pod pod = running(DEMO + "-train").orElseThrow();
    StandIns.Run held = standIns.runs("held").get(0);
    searches.awaitTraining("kept", training -> training.getStatus().observedGeneration() != null);

    upgrade();

    assertThat(kinds()).isEqualTo(kindsOfTheRepository());
    operator.start();
    assertThat(kubectl("get", "supernettraining/kept", "--output=jsonpath={.spec.runPolicy}"))
        .as("with the present default of what was stored without the field")
        .contains("\"cleanupPolicy\":\"None\"");
    assertThat(held.alive()).as("the worker of before").isTrue();
    standIns.go("held");
    searches.trained("held");
    assertThat(standIns.runs("held"))
        .startsWith(held)
        .extracting(StandIns.Run::work)
        .doesNotHaveDuplicates();
    kubectl(
        "patch", "supernettraining/kept", "--type=merge", "--patch={\"spec\":{\"suspend\":false}}");
    searches.trained("kept");
    searches.trained(DEMO);
    searches.answered(DEMO);

    assertThat(searches.jobs())
        .containsAllEntriesOf(jobs)
        .as("five stages of each training, and the verification")
        .hasSize(16);
    assertThat(searches.pods()).contains(pod.getMetadata().getName());
    assertNothingWasRepeated();
    assertThat(operator.log())
        .doesNotContainIgnoringCase("forbidden")
        .doesNotContain("\"level\":\"ERROR\"");
    Set<String> shown = metricsOfAlertsAndDashboard();
    Wait.until(
        "alerts and dashboard have every metric they show",
        () -> operator.metrics().containsAll(shown));
    new ReadablePlaces(cluster, namespace).assertOnlyInPods(PLANTED, operator.log());
  }

  /**
   * As a Deployment would: the operator ends, and its successor has what the present chart says.
   */
  private void upgrade() {
    assertThatThrownBy(() -> present().reuseValues().call())
        .hasMessageContaining("--reset-then-reuse-values");
    present().resetThenReuseValues().set("search.threads", 1).call();
    operator.close();
  }

  private String kubectl(String... arguments) {
    return kubectl.run(
        "",
        Stream.concat(Stream.of("--namespace=" + namespace), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private UpgradeCommand present() {
    return new Helm(chart())
        .upgrade()
        .withName(NAME)
        .withNamespace(namespace)
        .withKubeConfig(paths.kubeconfig());
  }

  /** The demo's search, whose workers are given a variable that nobody else may see. */
  private String demo() {
    Path file = root().resolve("k8s/samples/%s.yaml".formatted(DEMO));
    ObjectNode sample = Serialization.unmarshal(Wait.read(file), ObjectNode.class);
    sample.withObject("/metadata").put("namespace", namespace);
    sample
        .withObject("/spec/supernetTemplate/spec/worker")
        .withArray("env")
        .addObject()
        .put("name", "PASSWORD")
        .put("value", PLANTED);
    return Serialization.asJson(sample);
  }

  /** The schemas of the product's kinds that the API server has. */
  private List<JsonNode> kinds() {
    return Stream.of("apqsearches.apq.dev", "supernettrainings.apq.dev")
        .map(
            name -> admin.apiextensions().v1().customResourceDefinitions().withName(name).require())
        .map(ChartIT::schema)
        .toList();
  }

  private List<JsonNode> kindsOfTheRepository() {
    return Stream.of("apqsearches.apq.dev", "supernettrainings.apq.dev")
        .map(name -> Wait.read(root().resolve("crds/" + name + ".yaml")))
        .map(text -> Serialization.unmarshal(text, CustomResourceDefinition.class))
        .map(ChartIT::schema)
        .toList();
  }

  /** As a tree, in which the order of names does not count. */
  private static JsonNode schema(CustomResourceDefinition kind) {
    try {
      return new ObjectMapper()
          .readTree(Serialization.asJson(kind.getSpec().getVersions().get(0).getSchema()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Optional<Pod> running(String prefix) {
    return admin.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getName().startsWith(prefix))
        .filter(Workloads.inPhase("Running"))
        .findFirst();
  }

  private void assertNothingWasRepeated() {
    List<Job> jobs = admin.batch().v1().jobs().inNamespace(namespace).list().getItems();
    assertThat(jobs)
        .allSatisfy(
            job ->
                assertThat(job.getStatus().getFailed()).as(job.getMetadata().getName()).isNull());
    int completions =
        jobs.stream()
            .mapToInt(job -> Objects.requireNonNullElse(job.getSpec().getCompletions(), 1))
            .sum();
    assertThat(admin.pods().inNamespace(namespace).list().getItems())
        .hasSize(completions)
        .flatExtracting(pod -> pod.getStatus().getContainerStatuses())
        .extracting(ContainerStatus::getRestartCount)
        .containsOnly(0);
  }

  private Set<String> metricsOfAlertsAndDashboard() {
    Path monitoring = chart().resolve("files/monitoring");
    return METRIC
        .matcher(
            Wait.read(monitoring.resolve("alerts.yaml"))
                + Wait.read(monitoring.resolve("dashboard.json")))
        .results()
        .map(match -> match.group(1))
        // Prometheus itself adds this one.
        .filter(name -> !name.equals("up"))
        // There only while a collection runs.
        .filter(name -> !name.equals("apq_stage_samples_per_second"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Path root() {
    return cluster.distribution().root();
  }

  private Path chart() {
    return root().resolve("charts/apq-operator");
  }

  private Path oldestChart() throws IOException {
    String prefix = NAME + "-";
    try (Stream<Path> charts = Files.list(root().resolve("charts/src/test/resources/earlier"))) {
      return charts
          .filter(Files::isDirectory)
          .min(
              Comparator.comparing(
                  chart ->
                      Version.parse(chart.getFileName().toString().substring(prefix.length()))))
          .orElseThrow();
    }
  }
}
