package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API server itself refuses, and the words it finds for it. */
@ExtendWith(OnCluster.class)
class RefusalsIT {
  private Kubectl kubectl;
  private String namespace;

  @BeforeEach
  void takeNamespace(Cluster cluster) {
    kubectl = cluster.kubectl();
    namespace = cluster.namespace("refusals");
  }

  @Test
  void aCompleteSearchIsAccepted() {
    assertThat(kubectl.check(search("fine", "supernetRef: {name: s}", "BitOps", "0.05")))
        .contains("apqsearch.apq.dev/fine");
  }

  @Test
  void anUnknownField() {
    assertThatThrownBy(
            () -> kubectl.check(search("a", "supernetReff: {name: s}", "BitOps", "0.05")))
        .hasMessageContaining(".spec.supernetReff: field not declared in schema");
  }

  @ParameterizedTest
  @CsvSource({
    "''",
    "'supernetRef: {name: s}, supernetTemplate: {spec: {searchSpace: {preset: digits}, dataset:"
        + " {builtin: digits}, recipe: {epochs: 1}, collection: {fullPrecisionSamples: 1,"
        + " quantizedSamples: 1}}}'"
  })
  void bothOrNeitherSourceOfASupernet(String source) {
    assertThatThrownBy(() -> kubectl.check(search("a", source, "BitOps", "0.05")))
        .hasMessageContaining("set exactly one of supernetRef and supernetTemplate");
  }

  @ParameterizedTest
  @CsvSource({"-1", "1e3", "many", "'1,5'", "''", "+2", "0x10", "NaN"})
  void aLimitThatIsNoDecimal(String limit) {
    assertThatThrownBy(() -> kubectl.check(search("a", "supernetRef: {name: s}", "BitOps", limit)))
        .hasMessageContaining("spec.constraints[0].max");
  }

  @Test
  void aLimitOfZero() {
    assertThatThrownBy(() -> kubectl.check(search("a", "supernetRef: {name: s}", "BitOps", "0.0")))
        .hasMessageContaining("max must be greater than 0");
  }

  @Test
  void anUnknownMetric() {
    assertThatThrownBy(() -> kubectl.check(search("a", "supernetRef: {name: s}", "Flops", "1")))
        .hasMessageContaining("Unsupported value: \"Flops\"")
        .hasMessageContaining("BitOps");
  }

  @Test
  void aNameOfMoreThanFortyCharacters() {
    assertThat(kubectl.check(search("a".repeat(40), "supernetRef: {name: s}", "BitOps", "1")))
        .isNotBlank();
    assertThatThrownBy(
            () -> kubectl.check(search("a".repeat(41), "supernetRef: {name: s}", "BitOps", "1")))
        .hasMessageContaining("the name must have at most 40 characters");
  }

  @Test
  void aSearchThatStartsFromItsOwnResult() {
    assertThat(
            kubectl.check(
                search("a", "supernetRef: {name: s}, warmStartRef: {name: b}", "BitOps", "1")))
        .isNotBlank();
    assertThatThrownBy(
            () ->
                kubectl.check(
                    search("a", "supernetRef: {name: s}, warmStartRef: {name: a}", "BitOps", "1")))
        .hasMessageContaining("a search cannot start from its own result");
  }

  @Test
  void anotherSupernetForAnExistingSearch() {
    apply(search("fixed", "supernetRef: {name: s}", "BitOps", "0.05"));

    assertThat(kubectl.check(search("fixed", "supernetRef: {name: s}", "BitOps", "0.04")))
        .isNotBlank();
    assertThatThrownBy(
            () -> kubectl.check(search("fixed", "supernetRef: {name: t}", "BitOps", "0.05")))
        .hasMessageContaining("supernetRef is immutable; create another ApqSearch instead");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seed: 1 | seed: 2 | seed is immutable",
        "builtin: digits | builtin: cluttered-digits | dataset is immutable",
        "preset: digits | preset: cluttered-digits | searchSpace is immutable",
        "epochs: 1 | epochs: 2 | recipe is immutable",
        "fullPrecisionSamples: 16 | fullPrecisionSamples: 32 | sample counts",
        "hiddenSize: 16 | hiddenSize: 32 | training of the predictor are immutable",
        "hiddenSize: 16 | ensemble: 2, hiddenSize: 16 | training of the predictor are immutable",
      })
  void anEditOfWhatATrainingIsMadeOf(String before, String after, String message) {
    String training = Manifests.training(namespace, "fixed", 1);
    apply(training);
    String edited = training.replace(before, after);
    assertThat(edited).isNotEqualTo(training);

    assertThatThrownBy(() -> kubectl.check(edited)).hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "uri: s3://data/images, claimName: images | set exactly one of claimName and uri",
        "path: images | set exactly one of claimName and uri",
        "uri: s3://data, path: images | path is a folder of the claim; in a bucket, append it",
        "uri: https://example.org/images | spec.dataset.directory.uri",
      })
  void aDirectoryThatIsInTwoPlacesOrNone(String place, String message) {
    String training =
        Manifests.training(namespace, "placed", 1)
            .replace("builtin: digits", "directory: {format: image-folder, %s}".formatted(place));
    assertThat(training).contains(place);

    assertThatThrownBy(() -> kubectl.check(training)).hasMessageContaining(message);
  }

  @Test
  void whetherAndHowATrainingIsDistributedStays() {
    String one = Manifests.training(namespace, "spread", 1);
    String two = one + "  distributed: {trainJob: {runtimeRef: {name: torch}, nodes: 2}}\n";
    apply(two);
    for (String edited : List.of(one, two.replace("nodes: 2", "nodes: 3"))) {
      assertThatThrownBy(() -> kubectl.check(edited))
          .hasMessageContaining("distributed is immutable");
    }
    assertThatThrownBy(() -> kubectl.check(two.replace("nodes: 2", "nodes: 0")))
        .hasMessageContaining("spec.distributed.trainJob.nodes");
  }

  @Test
  void aCollectionThatStartsWithMoreShardsThanItHasAtOnce() {
    String training = Manifests.training(namespace, "wide", 1);
    assertThatThrownBy(
            () ->
                kubectl.check(
                    training.replace("parallelism: 1", "parallelism: 1\n    minParallelism: 2")))
        .hasMessageContaining("minParallelism must not exceed parallelism");
  }

  @Test
  void howGoodAPredictorMustBeMayChange() {
    String training = Manifests.training(namespace, "judged", 1);
    apply(training);
    kubectl.check(training.replace("hiddenSize: 16", "minKendallTau: \"0.7\", hiddenSize: 16"));
  }

  private void apply(String document) {
    kubectl.run(document, "apply", "--server-side", "--filename=-");
  }

  private String search(String name, String source, String metric, String limit) {
    return """
    apiVersion: apq.dev/v1alpha1
    kind: ApqSearch
    metadata: {name: %s, namespace: %s}
    spec: {constraints: [{metric: %s, max: "%s"}]%s}
    """
        .formatted(name, namespace, metric, limit, source.isEmpty() ? "" : ", " + source);
  }
}
