package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The overlays install what the chart installs. */
class KustomizeTest {
  private static final Path K8S = Repository.ROOT.resolve("k8s");
  private static final List<String> RIGHTS =
      List.of("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");

  @Test
  void filesComeFromTheChart() throws IOException {
    Objects wide = Chart.render("{crds: {install: false}, rbac: {aggregateRoles: false}}");
    Objects narrow =
        Chart.render(
            "{crds: {install: false}, rbac: {aggregateRoles: false}, watch: {namespaces: [apq]}}");
    Predicate<HasMetadata> scope =
        object ->
            RIGHTS.contains(object.getKind())
                && object.getMetadata().getName().equals("apq-operator");
    Repository.assertCurrent(K8S.resolve("base/operator.yaml"), yaml(wide, scope.negate()));
    Repository.assertCurrent(K8S.resolve("overlays/cluster-wide/rbac.yaml"), yaml(wide, scope));
    Repository.assertCurrent(K8S.resolve("overlays/namespaced/rbac.yaml"), yaml(narrow, scope));
  }

  @Test
  void clusterWideOverlayIsWhole() {
    Objects objects = Kustomize.build(K8S.resolve("overlays/cluster-wide"));
    assertThat(objects.only(Namespace.class).getMetadata().getName()).isEqualTo("apq-system");
    assertThat(objects.of(CustomResourceDefinition.class)).hasSize(2);
    assertThat(objects.only(ClusterRoleBinding.class).getRoleRef().getName())
        .isEqualTo(objects.only(ClusterRole.class).getMetadata().getName());
    assertSubjectsAreTheOperator(objects);
  }

  @Test
  void namespacedOverlayStaysInItsNamespace() {
    Objects objects = Kustomize.build(K8S.resolve("overlays/namespaced"));
    assertThat(objects.all())
        .isNotEmpty()
        .allSatisfy(o -> assertThat(o.getMetadata().getNamespace()).isEqualTo("apq"));
    assertThat(objects.of(Role.class)).hasSize(2);
    assertSubjectsAreTheOperator(objects);
    assertThat(environment(objects).get("QUARKUS_OPERATOR_SDK_NAMESPACES"))
        .satisfies(
            entry ->
                assertThat(entry.getValueFrom().getFieldRef().getFieldPath())
                    .isEqualTo("metadata.namespace"));
  }

  @Test
  void gpuOverlayChangesOnlyTheWorkerImage() {
    Map<String, EnvVar> plain = environment(Kustomize.build(K8S.resolve("overlays/cluster-wide")));
    Map<String, EnvVar> gpu = environment(Kustomize.build(K8S.resolve("overlays/gpu")));
    assertThat(gpu.remove("APQ_WORKER_IMAGE").getValue())
        .isEqualTo(plain.remove("APQ_WORKER_IMAGE").getValue() + "-cuda");
    assertThat(gpu).isEqualTo(plain);
  }

  /** Beside what the overlay has anyway: the variable and the right that the chart adds. */
  @ParameterizedTest
  @CsvSource({"cluster-wide, ''", "namespaced, apq"})
  void trainJobsComponentAddsWhatTheChartAdds(String overlay, String watched, @TempDir Path folder)
      throws IOException {
    Path build = folder.toRealPath();
    Files.writeString(
        build.resolve("kustomization.yaml"),
        "resources: [%s]\ncomponents: [%s]\n"
            .formatted(
                build.relativize(K8S.resolve("overlays/" + overlay)),
                build.relativize(K8S.resolve("components/train-jobs"))));
    Objects objects = Kustomize.build(build);
    Objects chart =
        Chart.render("{trainJobs: {enabled: true}, watch: {namespaces: [%s]}}".formatted(watched));
    assertThat(rules(objects)).isEqualTo(rules(chart)).isNotEmpty();
    assertThat(environment(objects).get("APQ_TRAIN_JOBS_ENABLED"))
        .isEqualTo(environment(chart).get("APQ_TRAIN_JOBS_ENABLED"))
        .isNotNull();
    Objects plain = Kustomize.build(K8S.resolve("overlays/" + overlay));
    assertThat(objects.ids()).isEqualTo(plain.ids());
  }

  private static List<PolicyRule> rules(Objects objects) {
    return Stream.concat(
            objects.of(ClusterRole.class).stream()
                .filter(role -> role.getMetadata().getName().equals("apq-operator"))
                .map(ClusterRole::getRules),
            objects.of(Role.class).stream()
                .filter(role -> role.getMetadata().getName().equals("apq-operator"))
                .map(Role::getRules))
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "overlays/cluster-wide",
        "overlays/namespaced",
        "overlays/gpu",
        "samples",
        "gitops/argocd",
        "gitops/flux",
        "gitops/flux/operator"
      })
  void everyKustomizationBuildsOfKnownFields(String folder) {
    assertThat(Kustomize.build(K8S.resolve(folder)).all())
        .isNotEmpty()
        .allSatisfy(object -> assertThat(UnknownFields.of(object)).isEmpty());
  }

  private static void assertSubjectsAreTheOperator(Objects objects) {
    ServiceAccount account = objects.only(ServiceAccount.class);
    assertThat(
            Stream.concat(
                objects.of(RoleBinding.class).stream().map(RoleBinding::getSubjects),
                objects.of(ClusterRoleBinding.class).stream().map(ClusterRoleBinding::getSubjects)))
        .hasSize(2)
        .flatMap(subjects -> subjects)
        .allSatisfy(
            subject -> {
              assertThat(subject.getName()).isEqualTo(account.getMetadata().getName());
              assertThat(subject.getNamespace()).isEqualTo(account.getMetadata().getNamespace());
            });
  }

  private static Map<String, EnvVar> environment(Objects objects) {
    return objects
        .only(Deployment.class)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .get(0)
        .getEnv()
        .stream()
        .collect(Collectors.toMap(EnvVar::getName, entry -> entry, (a, b) -> b, TreeMap::new));
  }

  /** Without what only Helm knows: its labels, and the namespace that an overlay chooses. */
  private static String yaml(Objects objects, Predicate<HasMetadata> wanted) throws IOException {
    StringBuilder text =
        new StringBuilder(
            "# Generated from the chart; renew with `./mvnw test -pl charts -Dapq.renew=true`.\n");
    for (HasMetadata object : objects.all().stream().filter(wanted).toList()) {
      object.getMetadata().setNamespace(null);
      plain(object.getMetadata().getLabels());
      if (object.getMetadata().getAnnotations() != null) {
        object.getMetadata().getAnnotations().remove("helm.sh/resource-policy");
      }
      if (object instanceof Deployment deployment) {
        plain(deployment.getSpec().getTemplate().getMetadata().getLabels());
      }
      if (object instanceof RoleBinding binding) {
        binding.getSubjects().forEach(subject -> subject.setNamespace(null));
      }
      if (object instanceof ClusterRoleBinding binding) {
        binding.getSubjects().forEach(subject -> subject.setNamespace(null));
      }
      text.append(Objects.yaml(object));
    }
    return text.toString();
  }

  private static void plain(Map<String, String> labels) {
    labels.remove("helm.sh/chart");
    labels.put("app.kubernetes.io/managed-by", "kustomize");
  }
}
