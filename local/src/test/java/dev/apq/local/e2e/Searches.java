package dev.apq.local.e2e;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Trainings and searches of one namespace. */
record Searches(KubernetesClient client, Kubectl kubectl, String namespace) {
  private static final int MINUTES = 10;

  Searches(Cluster cluster, String namespace) {
    this(cluster.admin(), cluster.kubectl(), namespace);
  }

  void apply(String document) {
    kubectl.run(document, "apply", "--server-side", "--force-conflicts", "--filename=-");
  }

  ApqSearch search(String name) {
    return client.resources(ApqSearch.class).inNamespace(namespace).withName(name).require();
  }

  void delete(String name) {
    client.resources(ApqSearch.class).inNamespace(namespace).withName(name).delete();
  }

  SupernetTraining training(String name) {
    return client.resources(SupernetTraining.class).inNamespace(namespace).withName(name).require();
  }

  ApqSearch awaitSearch(String name, Predicate<ApqSearch> condition) {
    return client
        .resources(ApqSearch.class)
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            found -> found != null && found.getStatus() != null && condition.test(found),
            MINUTES,
            TimeUnit.MINUTES);
  }

  SupernetTraining awaitTraining(String name, Predicate<SupernetTraining> condition) {
    return client
        .resources(SupernetTraining.class)
        .inNamespace(namespace)
        .withName(name)
        .waitUntilCondition(
            found -> found != null && found.getStatus() != null && condition.test(found),
            MINUTES,
            TimeUnit.MINUTES);
  }

  /** Waits for an answer; an error that needs help ends the wait. */
  ApqSearch answered(String name) {
    ApqSearch search =
        awaitSearch(
            name,
            s ->
                succeeded(s.getStatus().conditions())
                    || stalled(s.getStatus().conditions()).isPresent());
    stalled(search.getStatus().conditions())
        .ifPresent(
            problem -> {
              throw new AssertionError(name + " stalled: " + problem);
            });
    return search;
  }

  SupernetTraining trained(String name) {
    SupernetTraining training =
        awaitTraining(
            name,
            t ->
                succeeded(t.getStatus().conditions())
                    || stalled(t.getStatus().conditions()).isPresent());
    stalled(training.getStatus().conditions())
        .ifPresent(
            problem -> {
              throw new AssertionError(name + " stalled: " + problem);
            });
    return training;
  }

  /** Jobs by name, with what identifies this very Job. */
  Map<String, String> jobs() {
    return client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
        .collect(Collectors.toMap(name(), job -> job.getMetadata().getUid()));
  }

  /** Names of the Pods. */
  List<String> pods() {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  private static Function<Job, String> name() {
    return job -> job.getMetadata().getName();
  }

  static boolean succeeded(List<Condition> conditions) {
    return find(conditions, "Succeeded").filter(c -> c.status().equals("True")).isPresent();
  }

  static Optional<Condition> stalled(List<Condition> conditions) {
    return find(conditions, "Stalled").filter(c -> c.status().equals("True"));
  }

  /** Reason of the Succeeded condition: the STATE column. */
  static String state(List<Condition> conditions) {
    return find(conditions, "Succeeded").map(Condition::reason).orElse("");
  }

  static String message(List<Condition> conditions) {
    return find(conditions, "Succeeded").map(Condition::message).orElse("");
  }

  private static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
  }
}
