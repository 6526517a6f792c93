package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an upgrade from an earlier chart must find unchanged, without a cluster. */
class EarlierChartsTest {
  private static final Path EARLIER = Path.of("src/test/resources/earlier");

  @TempDir private Path folder;

  static List<Path> charts() throws IOException {
    try (Stream<Path> entries = Files.list(EARLIER)) {
      List<Path> charts = entries.filter(Files::isDirectory).sorted().toList();
      assertThat(charts).isNotEmpty();
      return charts;
    }
  }

  @ParameterizedTest
  @MethodSource("charts")
  void everyValueIsStillKnown(Path earlier) {
    Objects objects = Chart.render(Repository.read(earlier.resolve("values.yaml")));
    assertThat(objects.ids()).isEqualTo(Chart.render("").ids());
  }

  /** An object that is named otherwise would be deleted, with a claim's artifacts. */
  @ParameterizedTest
  @MethodSource("charts")
  void everyObjectKeepsItsNameAndWhatCannotChange(Path earlier) {
    for (String values :
        List.of("", "watch: {namespaces: [team-a]}", "artifactStore: {nfs: {server: nfs}}")) {
      Objects before = Objects.parse(Chart.template(earlier, values, Chart.KUBERNETES));
      Objects after = Chart.render(values);
      assertThat(after.ids()).containsAll(before.ids());
      assertThat(after.only(Deployment.class).getSpec().getSelector())
          .isEqualTo(before.only(Deployment.class).getSpec().getSelector());
      assertThat(after.of(PersistentVolumeClaim.class))
          .extracting(PersistentVolumeClaim::getSpec)
          .containsAll(
              before.of(PersistentVolumeClaim.class).stream()
                  .map(PersistentVolumeClaim::getSpec)
                  .toList());
      assertThat(after.of(RoleBinding.class))
          .extracting(RoleBinding::getRoleRef)
          .containsAll(before.of(RoleBinding.class).stream().map(RoleBinding::getRoleRef).toList());
      assertThat(after.of(ClusterRoleBinding.class))
          .extracting(ClusterRoleBinding::getRoleRef)
          .containsAll(
              before.of(ClusterRoleBinding.class).stream()
                  .map(ClusterRoleBinding::getRoleRef)
                  .toList());
    }
  }

  /** {@code --reuse-values} takes the earlier defaults in place of the present ones. */
  @ParameterizedTest
  @MethodSource("charts")
  void reusedValuesWorkOrAreRefusedWithARemedy(Path earlier) throws IOException {
    Path chart = folder.resolve("apq-operator");
    copy(Repository.CHART, chart);
    Files.copy(
        earlier.resolve("values.yaml"),
        chart.resolve("values.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    String outcome;
    try {
      outcome = Chart.template(chart, "", Chart.KUBERNETES);
    } catch (IllegalStateException e) {
      assertThat(e)
          .hasMessageContaining("the values lack")
          .hasMessageContaining("--reset-then-reuse-values");
      return;
    }
    assertThat(Objects.parse(outcome)).isEqualTo(Chart.render(""));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path source : tree.toList()) {
        Files.copy(source, to.resolve(from.relativize(source).toString()));
      }
    }
  }
}
