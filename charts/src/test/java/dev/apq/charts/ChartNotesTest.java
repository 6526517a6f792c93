package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Helm says after an installation. */
class ChartNotesTest {
  @TempDir private Path folder;

  @Test
  void nextCommandCarriesTheSample() throws IOException {
    String notes = notes("{}");
    assertThat(notes)
        .contains("serves all namespaces")
        .contains("kubectl --namespace apq-system rollout status deployment/apq-operator")
        .contains("kubectl --namespace apq-system apply -f - <<EOF");
    int start = notes.indexOf("<<EOF\n") + "<<EOF\n".length();
    JsonNode applied = Objects.yaml(notes.substring(start, notes.indexOf("\nEOF\n", start)));
    assertThat(applied)
        .isEqualTo(
            Objects.yaml(
                Repository.read(Repository.ROOT.resolve("k8s/samples/cluttered-digits.yaml"))));
  }

  @Test
  void nextCommandGoesToANamespaceThatIsServed() throws IOException {
    assertThat(notes("watch: {namespaces: [team-a, team-b]}"))
        .contains("serves the namespaces team-a, team-b")
        .contains("kubectl --namespace team-a apply -f -")
        .contains("kubectl --namespace team-a get apqs --watch");
  }

  private String notes(String values) throws IOException {
    return new Helm(Repository.CHART)
        .install()
        .clientOnly()
        .dryRun()
        .debug()
        .withKubeVersion(Chart.KUBERNETES)
        .withName(Chart.RELEASE)
        .withNamespace(Chart.NAMESPACE)
        .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values))
        .call()
        .getOutput();
  }
}
