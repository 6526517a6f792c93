package dev.apq.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The checked-in files are what the types say. Renew them with {@code -Dapq.renew=true}. */
class CrdFilesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void checkedInCrdsAreWhatTheTypesSay() throws IOException {
    SortedMap<Path, String> wanted = new TreeMap<>();
    for (Map.Entry<String, CustomResourceDefinition> crd : CrdSchema.generate().entrySet()) {
      wanted.put(ROOT.resolve("crds").resolve(crd.getKey()), Serialization.asYaml(crd.getValue()));
    }
    assertCurrent(wanted);
  }

  @Test
  void apiReferenceIsWhatTheTypesSay() throws IOException {
    SortedMap<Path, String> wanted = new TreeMap<>();
    wanted.put(ROOT.resolve("docs/api.md"), ApiReference.of(CrdSchema.generate().values()));
    assertCurrent(wanted);
  }

  @Test
  void eachCrdIsSmallEnoughForPlainApply() {
    CrdSchema.generate()
        .values()
        .forEach(crd -> assertThat(Serialization.asJson(crd)).hasSizeLessThan(256 * 1024));
  }

  private static void assertCurrent(SortedMap<Path, String> wanted) throws IOException {
    for (Map.Entry<Path, String> file : wanted.entrySet()) {
      if (Boolean.getBoolean("apq.renew")) {
        Files.createDirectories(file.getKey().getParent());
        Files.writeString(file.getKey(), file.getValue());
      }
      assertThat(file.getKey())
          .as("run ./mvnw test -pl crds -Dapq.renew=true and commit the result")
          .exists()
          .content()
          .isEqualTo(file.getValue());
    }
  }
}
