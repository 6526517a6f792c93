package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

  private static List<Path> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
