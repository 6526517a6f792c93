package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.core.artifact.Json;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobTemplate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The results ConfigMap of a search: its policy and at most 200 points of its front. */
final class SearchResults {
  static final int MAX_FRONT = 200;
  static final String DIGEST = "apq.dev/result-digest";
  private static final String POLICY_KEY = "policy.json";
  private static final String RESULT_KEY = "result.json";

  private SearchResults() {}

  static String nameOf(ApqSearch search) {
    return search.getMetadata().getName() + "-result";
  }

  static ConfigMap of(ApqSearch search, SearchState.Found found) {
    SearchAnswer answer = found.answer();
    SearchAnswer shown =
        new SearchAnswer(
            answer.contractVersion(),
            answer.inputDigest(),
            answer.evaluations(),
            answer.best(),
            thinned(answer.front()));
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(nameOf(search))
        .withNamespace(search.getMetadata().getNamespace())
        .withLabels(
            Map.of(
                JobNames.MANAGED_BY,
                JobNames.OPERATOR,
                JobNames.RESOURCE,
                search.getMetadata().getName()))
        .withAnnotations(Map.of(DIGEST, found.digest()))
        .withOwnerReferences(JobTemplate.owner(search))
        .endMetadata()
        .withData(
            Map.of(
                POLICY_KEY, text(answer.best().policy()),
                RESULT_KEY, text(shown)))
        .build();
  }

  /** Whether a ConfigMap holds this answer for this resource. */
  static boolean holds(ConfigMap map, ApqSearch search, SearchState.Found found) {
    return ownedBy(map, search)
        && map.getMetadata().getAnnotations() != null
        && found.digest().equals(map.getMetadata().getAnnotations().get(DIGEST));
  }

  /** Whether a ConfigMap was written for this resource. */
  static boolean ownedBy(ConfigMap map, ApqSearch search) {
    return map.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(search.getMetadata().getUid()));
  }

  /** Evenly spaced by accuracy, both ends included. */
  static List<SearchAnswer.Point> thinned(List<SearchAnswer.Point> front) {
    List<SearchAnswer.Point> sorted = new ArrayList<>(front);
    sorted.sort(Comparator.comparingDouble(SearchAnswer.Point::accuracy));
    if (sorted.size() <= MAX_FRONT) {
      return sorted;
    }
    List<SearchAnswer.Point> kept = new ArrayList<>();
    for (int i = 0; i < MAX_FRONT; i++) {
      kept.add(sorted.get((int) ((long) i * (sorted.size() - 1) / (MAX_FRONT - 1))));
    }
    return kept;
  }

  private static String text(Object value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }
}
