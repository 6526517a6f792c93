package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.local.environment.EnvironmentPaths;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The chart's namespaced installation does the whole work with the rights that it grants. */
@ExtendWith(OnCluster.class)
class ChartIT {
  private static final Pattern METRIC = Pattern.compile("([a-z][a-z0-9_]*)\\{job");
  private static final String PLANTED = "planted-5d07c4";
  private static final Duration SEARCH_TIMEOUT = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private Cluster cluster;
  private KubernetesClient admin;
  private String namespace;
  private EnvironmentPaths paths;
  private Kubectl kubectl;
  private InstalledOperator operator;
  private RecordedStatuses statuses;

  @BeforeEach
  void install(Cluster shared) throws IOException {
    cluster = shared;
    admin = shared.admin();
    paths = shared.environment().paths();
    kubectl = new Kubectl(paths.kubeconfig());
    namespace = shared.namespace("chart");
    kubectl.run(
        "",
        "apply",
        "--server-side",
        "--force-conflicts",
        "--kustomize",
        shared.distribution().root() + "/crds");
    new Helm(chart())
        .install()
        .withName("apq-operator")
        .withNamespace(namespace)
        .withKubeConfig(paths.kubeconfig())
        .withValuesFile(values(2))
        .call();
    operator = new InstalledOperator(shared, kubectl, namespace, folder);
    statuses = new RecordedStatuses(admin, namespace);
    statuses.of(ApqSearch.class).of(SupernetTraining.class);
  }

  @AfterEach
  void stop() throws IOException {
    statuses.close();
    Files.write(paths.logs().resolve("statuses.jsonl"), statuses.lines());
    operator.close();
  }

  @Test
  void upgradedInstallationFinishesASearchWithItsOwnRightsOnly() throws IOException {
    assertThat(admin.rbac().clusterRoleBindings().list().getItems())
        .flatExtracting(ClusterRoleBinding::getSubjects)
        .extracting(Subject::getNamespace)
        .as("namespaces whose accounts have rights in the whole cluster")
        .doesNotContain(namespace);
    operator.start();
    kubectl.run(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: small}
        spec:
          constraints: [{metric: ModelSize, max: "1"}]
          evolution: {populationSize: 20, generations: 10}
          supernetTemplate:
            spec:
              searchSpace: {preset: digits}
              dataset: {builtin: digits}
              recipe: {epochs: 2}
              collection: {fullPrecisionSamples: 24, quantizedSamples: 24, shards: 2}
              predictor: {hiddenSize: 16, epochs: 20}
              worker: {env: [{name: PASSWORD, value: %s}]}
        """
            .formatted(PLANTED),
        "--namespace=" + namespace,
        "apply",
        "--server-side",
        "--filename=-");
    Wait.until("a Job runs", () -> !jobs().isEmpty());
    String firstJob = jobs().get(0).getMetadata().getUid();

    new Helm(chart())
        .upgrade()
        .withName("apq-operator")
        .withNamespace(namespace)
        .withKubeConfig(paths.kubeconfig())
        .withValuesFile(values(1))
        .call();
    operator.close();
    operator.start();

    Wait.until("the search succeeds", SEARCH_TIMEOUT, this::succeeded);
    // Five stages of the training and the verification.
    assertThat(jobs()).hasSize(6).extracting(job -> job.getMetadata().getUid()).contains(firstJob);
    assertThat(operator.log())
        .doesNotContainIgnoringCase("forbidden")
        .doesNotContain("\"level\":\"ERROR\"");
    Set<String> shown = metricsOfAlertsAndDashboard();
    Wait.until(
        "alerts and dashboard have every metric they show",
        () -> operator.metrics().containsAll(shown));
    new ReadablePlaces(cluster, namespace).assertOnlyInPods(PLANTED, operator.log());
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

  private boolean succeeded() {
    ApqSearch search =
        admin.resources(ApqSearch.class).inNamespace(namespace).withName("small").get();
    List<Condition> conditions =
        search == null || search.getStatus() == null ? List.of() : search.getStatus().conditions();
    assertThat(conditions).noneMatch(c -> c.type().equals("Stalled") && c.status().equals("True"));
    return conditions.stream()
        .anyMatch(c -> c.type().equals("Succeeded") && c.status().equals("True"));
  }

  private List<Job> jobs() {
    return admin.batch().v1().jobs().inNamespace(namespace).list().getItems();
  }

  private Path chart() {
    return cluster.distribution().root().resolve("charts/apq-operator");
  }

  private Path values(int threads) throws IOException {
    return Files.writeString(
        folder.resolve("values-" + threads + ".yaml"),
        """
        watch: {namespaces: [%s]}
        crds: {install: false}
        rbac: {aggregateRoles: false}
        artifactStore: {existingClaim: apq-artifacts}
        search: {threads: %d}
        """
            .formatted(namespace, threads));
  }
}
