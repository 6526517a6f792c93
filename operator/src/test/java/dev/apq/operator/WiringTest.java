package dev.apq.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.kubernetes.client.WithKubernetesTestServer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Informers, reconcilers, actions and status put together, on a mock API server. */
@QuarkusTest
@WithKubernetesTestServer
class WiringTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Pattern METRIC = Pattern.compile("^(apq_[a-z_]+)", Pattern.MULTILINE);

  @Inject KubernetesClient client;

  @TestHTTPResource("/q/metrics")
  URL metrics;

  /** While an upgrade is under way the CRDs are newer than the operator. */
  @Test
  void aFieldThatANewerVersionAddsIsLeftAlone() {
    SupernetTraining training =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: apq.dev/v1alpha1
                kind: SupernetTraining
                metadata: {name: newer}
                spec: {seed: 7, addedLater: {also: new}}
                """,
                SupernetTraining.class);
    assertThat(training.getSpec().seed()).isEqualTo(7);
  }

  @Test
  void aTemplateBecomesASupernetTrainingAndItsFirstJob() {
    client
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: apq.dev/v1alpha1
                kind: ApqSearch
                metadata: {name: wired, namespace: team}
                spec:
                  constraints: [{metric: BitOps, max: "0.01"}]
                  supernetTemplate:
                    spec:
                      searchSpace: {preset: digits}
                      dataset: {builtin: digits}
                      recipe: {epochs: 1}
                      collection: {fullPrecisionSamples: 4, quantizedSamples: 4}
                """,
                ApqSearch.class))
        .create();

    await().atMost(PATIENCE).until(() -> reasonOf(training()).equals("Training"));
    Job job =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace("team")
            .withLabel(JobNames.STAGE, "train")
            .list()
            .getItems()
            .stream()
            .findFirst()
            .orElseThrow();
    assertThat(job.getMetadata().getOwnerReferences().get(0).getName()).isEqualTo("wired");
    assertThat(
            client
                .configMaps()
                .inNamespace("team")
                .withLabel(JobNames.MANAGED_BY, JobNames.OPERATOR)
                .list()
                .getItems())
        .singleElement()
        .satisfies(map -> assertThat(map.getData()).containsKey("spec.json"));
    await().atMost(PATIENCE).until(() -> reasonOf(search()).equals("WaitingForSupernet"));

    fail(job);

    await().atMost(PATIENCE).until(() -> reasonOf(training()).equals("JobFailed"));
    await().atMost(PATIENCE).until(() -> reasonOf(search()).equals("SupernetStalled"));
    assertThat(Conditions.find(search().orElseThrow().getStatus().conditions(), "Succeeded"))
        .get()
        .satisfies(condition -> assertThat(condition.message()).contains("JobFailed"));
  }

  /** That it exports all that is documented is shown where work is finished, end to end. */
  @Test
  void everyMetricItExportsIsDocumented() throws IOException {
    visit("measured");
    await()
        .atMost(PATIENCE)
        .until(() -> exported().contains("apq_reconciliations_execution_duration_seconds"));

    assertThat(exported())
        .contains(
            "apq_custom_resources",
            "apq_reconciliations_failure_total",
            "apq_reconciliations_started_total",
            "apq_searches_in_memory")
        .allSatisfy(name -> assertThat(documented()).contains("| `" + name));
  }

  /** The dashboard's percentile needs them. */
  @Test
  void visitsAreCountedInBuckets() {
    visit("visited");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                exportedText().contains("apq_reconciliations_execution_duration_seconds_bucket{"));
  }

  private void visit(String namespace) {
    SupernetTraining training = Specs.training("any");
    training.getMetadata().setNamespace(namespace);
    client.resource(training).create();
  }

  private static String documented() throws IOException {
    return Files.readString(Path.of("../docs/metrics.md"));
  }

  private Set<String> exported() throws IOException {
    return METRIC
        .matcher(exportedText())
        .results()
        .map(match -> match.group(1).replaceAll("_(sum|count|max|bucket)$", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private String exportedText() throws IOException {
    try (InputStream body = metrics.openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void fail(Job job) {
    job.setStatus(
        new JobStatusBuilder()
            .withConditions(
                new JobConditionBuilder()
                    .withType("Failed")
                    .withStatus("True")
                    .withReason("BackoffLimitExceeded")
                    .withMessage("Job has reached the specified backoff limit")
                    .withLastTransitionTime("2026-01-01T00:00:00Z")
                    .build())
            .build());
    client.resource(job).updateStatus();
  }

  private Optional<SupernetTraining> training() {
    return Optional.ofNullable(
        client.resources(SupernetTraining.class).inNamespace("team").withName("wired").get());
  }

  private Optional<ApqSearch> search() {
    return Optional.ofNullable(
        client.resources(ApqSearch.class).inNamespace("team").withName("wired").get());
  }

  private static String reasonOf(
      Optional<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> resource) {
    Object status =
        resource.map(io.fabric8.kubernetes.client.CustomResource::getStatus).orElse(null);
    List<Condition> conditions =
        status instanceof dev.apq.api.v1alpha1.SupernetTrainingStatus training
            ? training.conditions()
            : status instanceof dev.apq.api.v1alpha1.ApqSearchStatus search
                ? search.conditions()
                : List.of();
    return Conditions.find(conditions, Conditions.SUCCEEDED).map(Condition::reason).orElse("");
  }
}
