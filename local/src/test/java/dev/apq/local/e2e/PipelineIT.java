package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.AccuracySource;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.Metric;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A supernet is trained once; every search on it then costs seconds. */
@ExtendWith(OnCluster.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PipelineIT {
  private static final String SUPERNET = "digits";

  private Cluster cluster;
  private Searches searches;

  @BeforeAll
  void train(Cluster shared) {
    cluster = shared;
    cluster.operator();
    searches = new Searches(cluster, cluster.namespace("pipeline"));
    searches.apply(Manifests.training(searches.namespace(), SUPERNET, 1));
    searches.trained(SUPERNET);
  }

  @Test
  void aTrainingEndsWithAllStagesAndWhatTheyMeasured() {
    SupernetTraining training = searches.training(SUPERNET);

    assertThat(training.getStatus().stages())
        .extracting(stage -> stage.name())
        .containsExactly(
            "Train", "Collect", "TrainPredictor", "CollectQuantized", "TransferPredictor");
    assertThat(training.getStatus().stages()).allMatch(s -> s.state() == StageState.SUCCEEDED);
    assertThat(training.getStatus().stages().get(1).samples()).isEqualTo(16);
    assertThat(training.getStatus().predictor().quantized().kendallTau()).isNotBlank();
    assertThat(training.getStatus().supernet().largestAccuracy()).isNotBlank();
    assertThat(training.getStatus().progressPercent()).isEqualTo(100);
    assertThat(searches.jobs().keySet())
        .filteredOn(job -> job.startsWith(SUPERNET + "-"))
        .hasSize(5);
  }

  @Test
  void aPredictedAnswerKeepsItsLimitsAndNeedsNoJob() {
    Map<String, String> before = searches.jobs();
    double limit = middleLimit();
    searches.apply(search("answer", limit, 20));

    ApqSearch answered = searches.answered("answer");

    BestPolicy best = answered.getStatus().best();
    assertThat(bitOps(best)).isPositive().isLessThanOrEqualTo(limit);
    assertThat(best.digest()).startsWith("sha256:");
    assertThat(answered.getStatus().observedGeneration())
        .isEqualTo(answered.getMetadata().getGeneration());
    assertThat(
            cluster
                .admin()
                .configMaps()
                .inNamespace(searches.namespace())
                .withName(answered.getStatus().results().configMap())
                .get())
        .isNotNull();
    assertThat(searches.jobs()).isEqualTo(before);
  }

  @Test
  void tighterLimitsGiveOtherPoliciesThatAreNeverMoreAccurate() {
    double middle = middleLimit();
    List<Double> limits = List.of(middle * 1.5, middle, middle * 0.75);
    double accuracy = Double.POSITIVE_INFINITY;
    String digest = "";
    for (int i = 0; i < limits.size(); i++) {
      searches.apply(search("tighter-" + i, limits.get(i), 500));
      BestPolicy best = searches.answered("tighter-" + i).getStatus().best();
      assertThat(Double.parseDouble(best.accuracy())).isLessThanOrEqualTo(accuracy);
      assertThat(best.digest()).isNotEqualTo(digest);
      accuracy = Double.parseDouble(best.accuracy());
      digest = best.digest();
    }
  }

  @Test
  void fourLongSearchesDoNotKeepAShortOneWaiting() {
    List<String> running = List.of("long-1", "long-2", "long-3", "long-4");
    double limit = middleLimit();
    running.forEach(name -> searches.apply(search(name, limit, 100_000)));
    running.forEach(
        name ->
            searches.awaitSearch(
                name, s -> Searches.state(s.getStatus().conditions()).equals("Searching")));

    searches.apply(search("short", limit, 20));
    searches.answered("short");

    assertThat(running)
        .allSatisfy(
            name ->
                assertThat(Searches.state(searches.search(name).getStatus().conditions()))
                    .isEqualTo("Searching"));
    running.forEach(searches::delete);
  }

  @Test
  void anotherLimitOnTheSameResourceIsAnotherSearch() {
    double limit = middleLimit();
    searches.apply(search("edited", limit, 20));
    ApqSearch first = searches.answered("edited");

    searches.apply(search("edited", limit * 0.75, 20));
    ApqSearch second =
        searches.awaitSearch(
            "edited",
            s ->
                s.getStatus().observedGeneration() > first.getStatus().observedGeneration()
                    && Searches.succeeded(s.getStatus().conditions()));

    assertThat(bitOps(second.getStatus().best())).isLessThanOrEqualTo(limit * 0.75);
    assertThat(second.getStatus().runId()).isNotEqualTo(first.getStatus().runId());
  }

  @Test
  void aLimitThatNothingKeepsIsAnsweredWithTheNearestThatSomethingDoes() {
    searches.apply(search("impossible", 0.000001, 20));

    ApqSearch stalled =
        searches.awaitSearch(
            "impossible", s -> Searches.stalled(s.getStatus().conditions()).isPresent());

    assertThat(Searches.state(stalled.getStatus().conditions())).isEqualTo("Infeasible");
    assertThat(Searches.message(stalled.getStatus().conditions()))
        .contains("BitOps")
        .containsPattern("0\\.0*[1-9]");
    assertThat(stalled.getStatus().best()).isNull();
  }

  @Test
  void aSearchWaitsForASupernetThatDoesNotExistAndSaysSo() {
    searches.apply(Manifests.search(searches.namespace(), "orphan", "nowhere", "1", 10));

    ApqSearch waiting =
        searches.awaitSearch(
            "orphan", s -> Searches.state(s.getStatus().conditions()).equals("SupernetNotFound"));

    assertThat(Searches.message(waiting.getStatus().conditions()))
        .contains("nowhere")
        .contains("Remedy:");
  }

  @Test
  void anOperatorKilledInTheMiddleOfASearchEndsWithTheSameAnswer() {
    double limit = middleLimit();
    searches.apply(search("calm", limit, 1000));
    BestPolicy calm = searches.answered("calm").getStatus().best();
    Map<String, String> jobs = searches.jobs();

    searches.apply(search("killed", limit, 1000));
    searches.awaitSearch(
        "killed",
        s -> s.getStatus().search() != null || Searches.succeeded(s.getStatus().conditions()));
    cluster.operator().kill();
    cluster.operator();
    BestPolicy killed = searches.answered("killed").getStatus().best();

    assertThat(killed).isEqualTo(calm);
    assertThat(searches.jobs()).isEqualTo(jobs);
  }

  @Test
  void anAnswerIsMeasuredByOneJobAndTheSupernetIsOnlyRead() throws IOException {
    Map<String, String> supernet = artifacts(SUPERNET);
    searches.apply(Manifests.measured(search("measured", middleLimit(), 20)));

    ApqSearchStatus status = searches.answered("measured").getStatus();

    BestPolicy best = status.best();
    assertThat(best.accuracySource()).isEqualTo(AccuracySource.MEASURED);
    assertThat(best.accuracy()).isEqualTo(best.test().accuracy());
    assertThat(best.test().images()).isPositive();
    assertThat(best.validation().standardError()).startsWith("0.");
    assertThat(best.predictedAccuracy()).isNotBlank();
    assertThat(status.stages())
        .extracting(StageStatus::name)
        .containsExactly("Resolve", "Search", "Verify");
    assertThat(status.stages()).allMatch(stage -> stage.state() == StageState.SUCCEEDED);
    assertThat(status.cost().verifySeconds()).isNotNegative();
    assertThat(status.cost().workerSeconds()).isEqualTo(status.cost().verifySeconds());
    assertThat(jobsOf("measured")).hasSize(1);
    assertThat(results("measured").getData())
        .containsKeys("policy.json", "result.json", "verify.json", "layers.json", "sizes.json");
    Path model = Path.of(URI.create(status.model().uri()));
    assertThat(model.resolve("manifest.json")).exists();
    assertThat(artifacts(SUPERNET)).isEqualTo(supernet);
    assertThat(
            cluster.kubectl().run("", "describe", "apqs", "measured", "-n", searches.namespace()))
        .containsPattern("StageSucceeded +.*Resolve succeeded after \\d+ ")
        .containsPattern(
            "StageSucceeded +.*Search succeeded after \\d+ .*: \\d+ policies predicted")
        .containsPattern(
            "StageSucceeded +.*Verify succeeded after \\d+ .*2 of 2 policies measured");
    assertThat(AnswerCheck.of(cluster, model))
        .contains("exported again and gave the same bytes")
        .contains("status.best.digest             " + best.digest())
        .contains("status.best.predictedAccuracy  " + best.predictedAccuracy())
        .contains("status.best.validation         " + best.validation().accuracy())
        .contains("status.best.test               " + best.test().accuracy())
        .contains("status.results.digest          " + status.results().digest())
        .contains("status.model.digest            " + status.model().digest());

    searches.delete("measured");
    Wait.until("the search is gone", () -> jobsOf("measured").isEmpty());
    assertThat(artifacts(SUPERNET)).isEqualTo(supernet);
  }

  @Test
  void aSearchStartsFromWhatAnotherOneFoundAndKeepsThat() {
    double limit = middleLimit();
    searches.apply(search("seeded", limit * 0.9, 1) + "  warmStartRef: {name: seed}\n");
    searches.awaitSearch(
        "seeded", s -> Searches.state(s.getStatus().conditions()).equals("WarmStartNotFound"));

    searches.apply(search("seed", limit, 200) + "  objectives: [BitOps]\n");
    ApqSearch seed = searches.answered("seed");
    ApqSearchStatus seeded = searches.answered("seeded").getStatus();
    searches.apply(search("unseeded", limit * 0.9, 1));
    ApqSearchStatus unseeded = searches.answered("unseeded").getStatus();

    assertThat(seeded.runId()).isNotEqualTo(unseeded.runId());
    searches.delete(seed.getMetadata().getName());
    cluster.operator().kill();
    cluster.operator();
    searches.apply(search("unseeded", limit * 0.9, 2));
    searches.awaitSearch(
        "unseeded",
        s -> s.getStatus().search() != null && s.getStatus().search().generations() == 2);
    assertThat(searches.answered("seeded").getStatus().runId()).isEqualTo(seeded.runId());
    assertThat(searches.answered("seeded").getStatus().best()).isEqualTo(seeded.best());
  }

  @Test
  void anOperatorKilledDuringAVerificationEndsWithTheSameModelFromTheSameJob() {
    double limit = middleLimit();
    searches.apply(Manifests.measured(search("calm-model", limit, 20)));
    ApqSearchStatus calm = searches.answered("calm-model").getStatus();

    searches.apply(Manifests.measured(search("killed-model", limit, 20)));
    searches.awaitSearch("killed-model", s -> jobOf(s).isPresent());
    Map<String, String> before = jobsOf("killed-model");
    cluster.operator().kill();
    cluster.operator();
    ApqSearchStatus killed = searches.answered("killed-model").getStatus();

    assertThat(jobsOf("killed-model")).isEqualTo(before).hasSize(1);
    assertThat(killed.best()).isEqualTo(calm.best());
    assertThat(killed.model().digest()).isEqualTo(calm.model().digest());
  }

  @Test
  void aVerificationThatCannotEndLeavesThePredictedAnswerAndARemedy() {
    String search = Manifests.measured(search("hurried", middleLimit(), 20));
    searches.apply(search + "  runPolicy: {activeDeadlineSeconds: 1}\n");

    ApqSearch stalled =
        searches.awaitSearch(
            "hurried", s -> Searches.stalled(s.getStatus().conditions()).isPresent());

    assertThat(Searches.state(stalled.getStatus().conditions())).isEqualTo("DeadlineExceeded");
    assertThat(Searches.message(stalled.getStatus().conditions()))
        .contains("predicted", "Remedy:", "activeDeadlineSeconds", "spec.verify.topK");
    assertThat(stalled.getStatus().best().accuracySource()).isEqualTo(AccuracySource.PREDICTED);

    searches.apply(search.replace("verify: {topK: 2", "verify: {topK: 0"));
    assertThat(
            searches
                .awaitSearch("hurried", s -> Searches.succeeded(s.getStatus().conditions()))
                .getStatus()
                .best()
                .accuracySource())
        .isEqualTo(AccuracySource.PREDICTED);
  }

  @Test
  void aFinishedVerificationNeedsItsJobNoLonger() {
    searches.apply(
        Manifests.measured(search("tidy", middleLimit(), 20))
            + "  runPolicy: {ttlSecondsAfterFinished: 0}\n");
    BestPolicy best = searches.answered("tidy").getStatus().best();

    Wait.until("the Job is deleted", () -> jobsOf("tidy").isEmpty());

    ApqSearch tidy = searches.search("tidy");
    assertThat(Searches.succeeded(tidy.getStatus().conditions())).isTrue();
    assertThat(tidy.getStatus().best()).isEqualTo(best);
  }

  private Map<String, String> jobsOf(String search) {
    Map<String, String> jobs = new TreeMap<>(searches.jobs());
    jobs.keySet().removeIf(name -> !name.startsWith(search + "-verify-"));
    return jobs;
  }

  private static Optional<String> jobOf(ApqSearch search) {
    return search.getStatus().stages().stream()
        .filter(stage -> stage.name().equals("Verify"))
        .flatMap(stage -> Optional.ofNullable(stage.job()).stream())
        .findFirst();
  }

  private ConfigMap results(String search) {
    return cluster
        .admin()
        .configMaps()
        .inNamespace(searches.namespace())
        .withName(search + "-result")
        .require();
  }

  /** Digest of every file that a training has left. */
  private Map<String, String> artifacts(String training) throws IOException {
    Path folder = Path.of(URI.create(searches.training(training).getStatus().artifact().uri()));
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digests.put(folder.relativize(file).toString(), sha256(Files.readAllBytes(file)));
      }
    }
    return digests;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A limit that binds: halfway between the cheapest policy and one without a limit that matters.
   */
  private synchronized double middleLimit() {
    searches.apply(search("unlimited", 1000, 20));
    BestPolicy unlimited = searches.answered("unlimited").getStatus().best();
    return bitOps(unlimited) * 0.6;
  }

  private String search(String name, double limit, int generations) {
    return Manifests.search(
        searches.namespace(), name, SUPERNET, "%.6f".formatted(limit), generations);
  }

  private static double bitOps(BestPolicy policy) {
    return policy.costs().stream()
        .filter(cost -> cost.metric() == Metric.BIT_OPS)
        .mapToDouble(cost -> Double.parseDouble(cost.value()))
        .findFirst()
        .orElseThrow();
  }
}
