package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.apq.local.docs.CommandBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What people type after {@code ./apq up}, as it is written in the documentation. */
@ExtendWith(OnCluster.class)
class DocumentedCommandsIT {
  private static final int STOPPED_BY_TIMEOUT = 124;
  private static final String API = "/openapi/v3/apis/apq.dev/v1alpha1";

  @TempDir private Path folder;

  @Test
  void kubectlLinesWorkAsTheyAreWritten(Cluster cluster) throws Exception {
    Path root = cluster.distribution().root();
    Path kubeconfig = inNamespaceOfItsOwn(cluster);
    List<String> lines =
        CommandBlock.all(root).stream()
            .filter(block -> block.mark().isEmpty())
            .flatMap(block -> block.commands().stream())
            .filter(line -> line.startsWith("kubectl ") && !line.startsWith("kubectl apq"))
            .toList();
    assertThat(lines).anyMatch(line -> line.contains("apply")).hasSizeGreaterThan(5);
    for (String line : lines) {
      run(root, kubeconfig, line);
    }
  }

  @Test
  void explainDescribesEveryField(Cluster cluster) throws IOException {
    Kubectl kubectl = cluster.kubectl();
    Wait.until("the API server publishes the kinds", () -> published(kubectl));
    assertThat(kubectl.run("", "explain", "apqsearch.spec", "--recursive"))
        .contains("constraints", "supernetTemplate", "kernelSizes");
    assertThat(kubectl.run("", "explain", "apqsearch.spec.constraints.max"))
        .contains("DESCRIPTION")
        .doesNotContain("<empty>");

    // What explain reads.
    JsonNode schemas =
        new ObjectMapper().readTree(kubectl.run("", "get", "--raw", API)).at("/components/schemas");
    List<String> undescribed = new ArrayList<>();
    for (String kind : List.of("ApqSearch", "SupernetTraining")) {
      JsonNode schema = schemas.path("dev.apq.v1alpha1." + kind);
      assertThat(schema.path("properties").path("spec").path("properties")).isNotEmpty();
      undescribed(kind, schema, undescribed);
    }
    assertThat(undescribed).isEmpty();
  }

  /** It makes its description of a new kind a while after the kind is there. */
  private static boolean published(Kubectl kubectl) {
    return kubectl.run("", "get", "--raw", "/openapi/v3").contains("apis/apq.dev/v1alpha1")
        && kubectl.run("", "get", "--raw", API).contains("dev.apq.v1alpha1.ApqSearch");
  }

  /** Paths of the fields below {@code schema} that have no description. */
  private static void undescribed(String path, JsonNode schema, List<String> found) {
    Iterator<Map.Entry<String, JsonNode>> fields = schema.path("properties").fields();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      String name = path + "." + field.getKey();
      if (field.getValue().path("description").asText().isBlank()) {
        found.add(name);
      }
      undescribed(name, field.getValue(), found);
    }
    if (schema.has("items")) {
      undescribed(path + "[]", schema.path("items"), found);
    }
    if (schema.path("additionalProperties").isObject()) {
      undescribed(path + "{}", schema.path("additionalProperties"), found);
    }
  }

  /** Watching commands never end by themselves: they are stopped after a while. */
  private void run(Path root, Path kubeconfig, String line) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("timeout", "--signal=INT", "10", "bash", "-c", line)
            .directory(root.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    Process process = builder.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(line).isTrue();
    boolean watches = line.matches(".* (-w|--watch)( .*)?");
    assertThat(process.exitValue())
        .as(line + "\n" + Wait.read(output))
        .isEqualTo(watches ? STOPPED_BY_TIMEOUT : 0);
  }

  private Path inNamespaceOfItsOwn(Cluster cluster) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("kubeconfig"), Wait.read(cluster.environment().paths().kubeconfig()));
    new Kubectl(file)
        .run("", "config", "set-context", "--current", "--namespace=" + cluster.namespace("docs"));
    return file;
  }
}
