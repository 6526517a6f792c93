package dev.apq.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
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
 */
record ReadablePlaces(Cluster cluster, String namespace) {

  /** Asserts that a value given to workers is in none of them, nor in the operator's log. */
  void assertOnlyInPods(String value, String operatorLog) {
    KubernetesClient admin = cluster.admin();
    List<Pod> pods = admin.pods().inNamespace(namespace).list().getItems();
    assertThat(pods)
        .as("Pods that were given it")
        .anyMatch(pod -> Serialization.asJson(pod.getSpec()).contains(value));

    Map<String, String> places = artifacts();
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
    for (Pod pod : pods) {
      places.put("status of " + name(pod), Serialization.asJson(pod.getStatus()));
      places.put("log of " + name(pod), log(pod.getMetadata().getName()));
    }
    places.put("the operator's log", operatorLog);
    places.values().removeIf(content -> !content.contains(value));
    assertThat(places.keySet()).as("places where it can be read").isEmpty();
  }

  private static String name(HasMetadata object) {
    return object.getKind() + "/" + object.getMetadata().getName();
  }

  private String log(String pod) {
    return cluster.kubectl().run("", "logs", pod, "--all-containers", "--namespace=" + namespace);
  }

  private Map<String, String> artifacts() {
    Path root = cluster.environment().paths().artifacts().resolve(namespace);
    try (Stream<Path> files = Files.walk(root)) {
      Map<String, String> contents = new TreeMap<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // One character a byte: what is text stays findable in what is not.
        contents.put(
            root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
      return contents;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
