package dev.apq.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What holds for every installation, whichever options are combined. */
class ChartCombinationsTest {
  /** What {@code build/kubeconform} reads. */
  private static final Path MANIFESTS = Path.of("target/manifests");

  private static final Map<String, List<String>> OPTIONS =
      Map.ofEntries(
          Map.entry("crds", List.of("{}", "{install: false}", "{keep: false}")),
          Map.entry("watch", List.of("{}", "{namespaces: [team-a]}", "{namespaces: [a, b, c]}")),
          Map.entry("replicas", List.of("0", "1", "3")),
          Map.entry("podDisruptionBudget", List.of("{}", "{enabled: false}")),
          Map.entry("topologySpread", List.of("{}", "{enabled: false}")),
          Map.entry(
              "artifactStore",
              List.of(
                  "{}",
                  "{existingClaim: mine}",
                  "{nfs: {server: nfs}}",
                  "{claim: {keep: false}}",
                  "{s3: {bucket: models, workerSecret: keys}}")),
          Map.entry(
              "serviceAccount", List.of("{}", "{create: false, name: mine}", "{name: other}")),
          Map.entry("rbac", List.of("{}", "{create: false}", "{aggregateRoles: false}")),
          Map.entry(
              "networkPolicy",
              List.of(
                  "{}",
                  "{enabled: true, isolateWorkers: true}",
                  "{enabled: true, ingressFrom: [{podSelector: {}}], extraEgress: [{}]}")),
          Map.entry(
              "metrics",
              List.of(
                  "{}",
                  "{serviceMonitor: {enabled: true}, dashboard: {enabled: true}}",
                  "{prometheusRule: {enabled: true}}")),
          Map.entry(
              "worker",
              List.of(
                  "{}",
                  "{runtimeClassName: nvidia, resources: {limits: {nvidia.com/gpu: 1}}}",
                  "{imagePullSecrets: [{name: a}], tolerations: [{operator: Exists}]}")),
          Map.entry("trainJobs", List.of("{}", "{enabled: true}")),
          Map.entry("canary", List.of("{}", "{enabled: true}")),
          Map.entry("tracing", List.of("{}", "{enabled: true}")),
          Map.entry("securityContext", List.of("{}", "null")),
          Map.entry("resources", List.of("{}", "null")),
          Map.entry("fullnameOverride", List.of("''", "search", "'" + "x".repeat(60) + "'")));

  @BeforeContainer
  static void removeEarlierManifests() throws IOException {
    Files.createDirectories(MANIFESTS);
    try (Stream<Path> files = Files.list(MANIFESTS)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 60)
  void everyInstallationIsConsistent(@ForAll("installations") Map<String, String> values)
      throws IOException {
    String rendered =
        Chart.template(
            values.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining("\n")),
            Chart.KUBERNETES);
    Files.writeString(
        MANIFESTS.resolve("chart-%08x.yaml".formatted(values.hashCode())),
        "# " + values + "\n" + rendered);
    Objects objects = Objects.parse(rendered);

    assertThat(objects.ids()).doesNotHaveDuplicates();
    for (HasMetadata object : objects.all()) {
      assertThat(UnknownFields.of(object)).isEmpty();
      assertThat(object.getMetadata().getName()).hasSizeLessThanOrEqualTo(63);
      assertThat(object.getMetadata().getLabels())
          .containsEntry("app.kubernetes.io/part-of", "apq")
          .containsEntry("app.kubernetes.io/managed-by", "Helm");
    }
    assertReferencesResolve(objects, values);
  }

  private static void assertReferencesResolve(Objects objects, Map<String, String> values) {
    Deployment deployment = objects.only(Deployment.class);
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();
    assertThat(labels)
        .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels())
        .containsAllEntriesOf(objects.only(Service.class).getSpec().getSelector());

    PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    Set<String> accounts = names(objects.of(ServiceAccount.class), "mine");
    assertThat(accounts).contains(pod.getServiceAccountName());
    Set<String> claims = names(objects.of(PersistentVolumeClaim.class), "mine");
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getPersistentVolumeClaim() != null)
        .extracting((Volume volume) -> volume.getPersistentVolumeClaim().getClaimName())
        .allSatisfy(claim -> assertThat(claims).contains(claim));
    assertThat(pod.getContainers().get(0).getVolumeMounts())
        .allSatisfy(
            mount -> assertThat(pod.getVolumes()).extracting("name").contains(mount.getName()));

    for (RoleBinding binding : objects.of(RoleBinding.class)) {
      assertThat(objects.ids())
          .contains(
              "Role/"
                  + binding.getMetadata().getNamespace()
                  + "/"
                  + binding.getRoleRef().getName());
      assertThat(binding.getSubjects().get(0).getName()).isEqualTo(pod.getServiceAccountName());
    }
    if (values.get("watch").contains("namespaces")) {
      assertThat(objects.ids()).doesNotContain("ClusterRole/apq-operator");
      assertThat(objects.ids()).noneMatch(id -> id.startsWith("ClusterRoleBinding/"));
    }
  }

  private static Set<String> names(List<? extends HasMetadata> objects, String given) {
    Set<String> names = new TreeSet<>(Set.of(given));
    objects.forEach(object -> names.add(object.getMetadata().getName()));
    return names;
  }

  @Provide
  Arbitrary<Map<String, String>> installations() {
    List<String> keys = OPTIONS.keySet().stream().sorted().toList();
    return Combinators.combine(
            keys.stream()
                .map(key -> Arbitraries.of(OPTIONS.getOrDefault(key, List.of())))
                .collect(Collectors.toList()))
        .as(
            choices -> {
              Map<String, String> values = new TreeMap<>();
              for (int i = 0; i < keys.size(); i++) {
                values.put(keys.get(i), choices.get(i));
              }
              return values;
            });
  }
}
