package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChartFilesTest {

  @Test
  void lintsStrictly() {
    LintResult result = new Helm(Repository.CHART).lint().strict().call();
    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
  }

  @Test
  void versionIsTheProjects() {
    JsonNode chart = Objects.yaml(Repository.read(Repository.CHART.resolve("Chart.yaml")));
    String pom = Repository.read(Repository.ROOT.resolve("pom.xml"));
    assertThat(chart.path("version").asText()).isEqualTo(chart.path("appVersion").asText());
    assertThat(pom)
        .containsOnlyOnce(
            "<artifactId>apq-parent</artifactId>\n  <version>"
                + chart.path("version").asText()
                + "</version>");
  }

  /** What names the version beside the poms, which Maven holds to each other. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "charts/apq-operator/Chart.yaml",
        "images/README.md",
        "images/operator/Containerfile",
        "images/worker/Containerfile",
        "k8s/base/operator.yaml",
        "operator/src/main/resources/application.properties",
        "k8s/overlays/gpu/kustomization.yaml"
      })
  void everyPlaceNamesTheProjectsVersion(String file) {
    Matcher project =
        Pattern.compile("<artifactId>apq-parent</artifactId>\\s*<version>([^<]+)<")
            .matcher(Repository.read(Repository.ROOT.resolve("pom.xml")));
    assertThat(project.find()).isTrue();
    List<String> named =
        Pattern.compile(
                "(?:apq-(?:operator|worker):|ARG VERSION=|[vV]ersion: )\"?(\\d+\\.\\d+\\.\\d+(?:-SNAPSHOT)?)")
            .matcher(Repository.read(Repository.ROOT.resolve(file)))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(named).isNotEmpty().containsOnly(project.group(1));
  }

  @Test
  void carriesTheGeneratedCrds() throws IOException {
    Path copies = Repository.CHART.resolve("files/crds");
    List<Path> sources = files(Repository.ROOT.resolve("crds"), ".apq.dev.yaml");
    assertThat(sources).hasSize(2);
    for (Path source : sources) {
      Repository.assertCurrent(copies.resolve(source.getFileName()), Repository.read(source));
    }
    assertThat(files(copies, ""))
        .extracting(Path::getFileName)
        .containsExactlyInAnyOrderElementsOf(sources.stream().map(Path::getFileName).toList());
  }

  @Test
  void carriesTheSampleOfItsNotes() throws IOException {
    Repository.assertCurrent(
        Repository.CHART.resolve("files/samples/cluttered-digits.yaml"),
        Repository.read(Repository.ROOT.resolve("k8s/samples/cluttered-digits.yaml")));
  }

  @Test
  void readmeListsEveryValue() throws IOException {
    String values = Repository.read(Repository.CHART.resolve("values.yaml"));
    assertThat(ValuesTable.undescribed(values)).isEmpty();
    Path readme = Repository.CHART.resolve("README.md");
    String heading = "\n## Values\n\n";
    String text = Repository.read(readme);
    assertThat(text).containsOnlyOnce(heading);
    Repository.assertCurrent(
        readme, text.substring(0, text.indexOf(heading)) + heading + ValuesTable.of(values));
  }

  @Test
  void schemaAndDefaultsNameTheSameValues() {
    JsonNode schema = Objects.yaml(Repository.read(Repository.CHART.resolve("values.schema.json")));
    JsonNode defaults = Objects.yaml(Repository.read(Repository.CHART.resolve("values.yaml")));
    List<String> described = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(described::add);
    described.remove("global");
    List<String> given = new ArrayList<>();
    defaults.fieldNames().forEachRemaining(given::add);
    assertThat(described).containsExactlyInAnyOrderElementsOf(given);
  }

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
