package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.policy.Policy;
import dev.apq.core.search.SearchAnswer;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobTemplate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The results ConfigMap of a search: its policy, at most 200 points of its front and what was
 * measured.
 */
final class SearchResults {
  static final int MAX_FRONT = 200;
  static final String DIGEST = "apq.dev/result-digest";
  private static final String POLICY_KEY = "policy.json";
  static final String MODEL_DIGEST = "apq.dev/model-digest";
  private static final String RESULT_KEY = SearchAnswer.FILE_NAME;
  private static final String VERIFY_KEY = StoreLayout.VERIFICATION;

  private SearchResults() {}

  static String nameOf(ApqSearch search) {
    return search.getMetadata().getName() + "-result";
  }

  static ConfigMap of(ApqSearch search, SearchState.Found found, Verification verification) {
    SearchAnswer answer = found.answer();
    Policy chosen = verification.chosen();
    VerifyReport report = verification.report();
    Map<String, String> data = new TreeMap<>();
    data.put(POLICY_KEY, text(chosen == null ? answer.best().policy() : chosen));
    SearchAnswer shown =
        new SearchAnswer(
            answer.contractVersion(),
            answer.inputDigest(),
            answer.evaluations(),
            answer.best(),
            answer.candidates(),
            thinned(answer.front()));
    data.put(RESULT_KEY, text(shown));
    if (report != null) {
      data.put(VERIFY_KEY, text(report));
    }
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
        .withAnnotations(digests(found, verification))
        .withOwnerReferences(JobTemplate.owner(search))
        .endMetadata()
        .withData(data)
        .build();
  }

  /** Digests of what the ConfigMap shows a part of. */
  private static Map<String, String> digests(SearchState.Found found, Verification verification) {
    Map<String, String> digests = new TreeMap<>();
    digests.put(DIGEST, found.digest());
    Manifest manifest = verification.manifest();
    if (manifest != null) {
      digests.put(MODEL_DIGEST, manifest.digest());
    }
    return digests;
  }

  /** Whether a ConfigMap holds all that is known of an answer for this resource. */
  static boolean holds(
      ConfigMap map, ApqSearch search, SearchState.Found found, Verification verification) {
    Map<String, String> annotations = map.getMetadata().getAnnotations();
    Map<String, String> wanted = digests(found, verification);
    return ownedBy(map, search)
        && annotations != null
        && Objects.equals(annotations.get(DIGEST), wanted.get(DIGEST))
        && Objects.equals(annotations.get(MODEL_DIGEST), wanted.get(MODEL_DIGEST));
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
