package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The examples point at what is in the repository and give the chart values that it takes. */
class GitOpsTest {
  private static final Path FOLDER = Repository.ROOT.resolve("k8s/gitops");

  @Test
  void argoApplicationsPointAtTheRepository() {
    JsonNode operator = read("argocd/application-operator.yaml");
    assertFolder(operator.at("/spec/source/path"));
    assertInstalls(operator.at("/spec/source/helm/valuesObject"));
    assertFolder(read("argocd/application-searches.yaml").at("/spec/source/path"));
  }

  @Test
  void fluxObjectsPointAtTheRepositoryAndAtEachOther() {
    JsonNode release = read("flux/operator/helmrelease.yaml");
    assertFolder(release.at("/spec/chart/spec/chart"));
    assertInstalls(release.at("/spec/values"));

    JsonNode source = read("flux/source.yaml");
    JsonNode operator = read("flux/operator.yaml");
    JsonNode searches = read("flux/searches.yaml");
    assertFolder(operator.at("/spec/path"));
    assertFolder(searches.at("/spec/path"));
    assertThat(searches.at("/spec/dependsOn/0/name")).isEqualTo(operator.at("/metadata/name"));
    for (JsonNode reference :
        new JsonNode[] {
          release.at("/spec/chart/spec/sourceRef"),
          operator.at("/spec/sourceRef"),
          searches.at("/spec/sourceRef")
        }) {
      assertThat(reference.path("kind")).isEqualTo(source.path("kind"));
      assertThat(reference.path("name")).isEqualTo(source.at("/metadata/name"));
    }
  }

  private static JsonNode read(String file) {
    return Objects.yaml(Repository.read(FOLDER.resolve(file)));
  }

  private static void assertFolder(JsonNode path) {
    assertThat(Repository.ROOT.resolve(path.asText())).isDirectory();
  }

  private static void assertInstalls(JsonNode values) {
    Objects objects = Chart.render(values.toString());
    assertThat(objects.only(Deployment.class).getSpec().getReplicas())
        .isEqualTo(values.path("replicas").asInt());
    assertThat(objects.only(PersistentVolumeClaim.class).getSpec().getStorageClassName())
        .isEqualTo(values.at("/artifactStore/claim/storageClassName").asText());
  }
}
