package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.policy.Policy;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.WarmStart;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.JobTemplate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The results ConfigMap of a search: its policy, at most 200 points of its front, the policy's
 * layers, and what was measured. It stays below the 1 MiB of a ConfigMap for every search space.
 */
final class SearchResults {
  static final int MAX_FRONT = 200;
  static final String DIGEST = "apq.dev/result-digest";
  private static final String POLICY_KEY = "policy.json";
  static final String MODEL_DIGEST = "apq.dev/model-digest";
  static final String LAYERS_KEY = "layers.json";
  private static final String SIZES_KEY = "sizes.json";
  private static final String RESULT_KEY = SearchAnswer.FILE_NAME;
  private static final String VERIFY_KEY = StoreLayout.VERIFICATION;

  private SearchResults() {}

  static String nameOf(ApqSearch search) {
    return search.getMetadata().getName() + "-result";
  }

  static ConfigMap of(
      ApqSearch search, SearchPlan plan, SearchState.Found found, Verification verification) {
    SearchAnswer answer = found.answer();
    Policy chosen = Objects.requireNonNullElse(verification.chosen(), answer.best().policy());
    VerifyReport report = verification.report();
    Map<String, String> data = new TreeMap<>();
    data.put(POLICY_KEY, text(chosen));
    data.put(LAYERS_KEY, text(LayerTable.of(chosen, plan.costs())));
    SearchAnswer shown =
        new SearchAnswer(
            answer.contractVersion(),
            answer.inputDigest(),
            answer.evaluations(),
            answer.best(),
            answer.candidates(),
            WarmStart.thinned(answer.front(), MAX_FRONT));
    data.put(RESULT_KEY, text(shown));
    if (report != null) {
      data.put(VERIFY_KEY, text(report));
    }
    Map<String, Long> sizes = verification.sizes();
    if (!sizes.isEmpty()) {
      data.put(SIZES_KEY, text(sizes));
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
        && map.getData() != null
        && map.getData().containsKey(LAYERS_KEY)
        && Objects.equals(annotations.get(DIGEST), wanted.get(DIGEST))
        && Objects.equals(annotations.get(MODEL_DIGEST), wanted.get(MODEL_DIGEST));
  }

  /** Whether a ConfigMap was written for this resource. */
  static boolean ownedBy(ConfigMap map, ApqSearch search) {
    return map.getMetadata().getOwnerReferences().stream()
        .anyMatch(reference -> reference.getUid().equals(search.getMetadata().getUid()));
  }

  private static String text(Object value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }
}
