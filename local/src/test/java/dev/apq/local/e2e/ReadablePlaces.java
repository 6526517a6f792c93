package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that operator and workers leave in a namespace for others to read: statuses, Events,
 * ConfigMaps, logs of the workers and artifacts.
 *
 * @param artifacts the namespace's folder in the artifact store
 */
record ReadablePlaces(Cluster cluster, String namespace, Path artifacts) {

  ReadablePlaces(Cluster cluster, String namespace) {
    this(cluster, namespace, cluster.environment().paths().artifacts().resolve(namespace));
  }

  /** Asserts that a value given to workers is in none of them, nor in the operator's log. */
  void assertOnlyInPods(String value, String operatorLog) {
    assertThat(pods())
        .as("Pods that were given it")
        .anyMatch(pod -> Serialization.asJson(pod.getSpec()).contains(value));
    assertNowhere(List.of(value), operatorLog);
  }

  /** Asserts that no value of these is in any of them, nor in the operator's log. */
  void assertNowhere(List<String> values, String operatorLog) {
    KubernetesClient admin = cluster.admin();
    Map<String, String> places = contents();
    assertThat(places.keySet()).anyMatch(place -> place.endsWith("manifest.json"));
    for (SupernetTraining training :
        admin.resources(SupernetTraining.class).inNamespace(namespace).list().getItems()) {
      places.put("status of " + name(training), Serialization.asJson(training.getStatus()));
    }
    for (ApqSearch search :
        admin.resources(ApqSearch.class).inNamespace(namespace).list().getItems()) {
      places.put("status of " + name(search), Serialization.asJson(search.getStatus()));
    }
    places.put("Events", Serialization.asJson(admin.v1().events().inNamespace(namespace).list()));
    places.put(
        "ConfigMaps", Serialization.asJson(admin.configMaps().inNamespace(namespace).list()));
    for (Pod pod : pods()) {
      places.put("status of " + name(pod), Serialization.asJson(pod.getStatus()));
      places.put("log of " + name(pod), log(pod.getMetadata().getName()));
    }
    places.put("the operator's log", operatorLog);
    places.values().removeIf(content -> values.stream().noneMatch(content::contains));
    assertThat(places.keySet()).as("places where one can be read").isEmpty();
  }

  private List<Pod> pods() {
    return cluster.admin().pods().inNamespace(namespace).list().getItems();
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  private String log(String pod) {
    return cluster.kubectl().run("", "logs", pod, "--all-containers", "--namespace=" + namespace);
  }

  private Map<String, String> contents() {
    try (Stream<Path> files = Files.walk(artifacts)) {
      Map<String, String> contents = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(artifacts.relativize(file).toString(), content(file));
      }
      return contents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One character a byte: what is text stays findable in what is not. */
  private static String content(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
