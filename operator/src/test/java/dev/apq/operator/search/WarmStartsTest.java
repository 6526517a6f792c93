package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.WarmStart;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.operator.store.ArtifactStore;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search "tight" that starts from what the search "wide" found. */
class WarmStartsTest {
  private static final String RUN_ID = "0123456789abcdef";

  @TempDir private Path root;

  @Test
  void theAnswerAndTheFrontArePartOfTheIdentityAndStayWhatTheyWere() throws Exception {
    SearchSpace space = Presets.named("digits").orElseThrow();
    SearchPlan plan = plan();
    ApqSearch wide = found(answer(space, 1));

    SearchPlan started = starts().resolve(tight(), plan, Optional.of(wide));

    assertThat(started.start().policies()).containsExactly(policy(space, 1));
    assertThat(started.runId()).isNotEqualTo(plan.runId());
    assertThat(started.inputs().warmStart()).isEqualTo(started.start().digest());
    starts().keep(tight(), started);
    assertThat(starts().resolve(tight(), plan, Optional.of(found(answer(space, 2)))))
        .as("another result of the other search changes nothing")
        .isEqualTo(started);
    assertThat(starts().resolve(tight(), plan, Optional.empty()))
        .as("nor does its end")
        .isEqualTo(started);
  }

  @Test
  void aDamagedCopyIsFetchedAnew() throws Exception {
    SearchSpace space = Presets.named("digits").orElseThrow();
    ApqSearch wide = found(answer(space, 1));
    SearchPlan started = starts().resolve(tight(), plan(), Optional.of(wide));
    starts().keep(tight(), started);
    Path copy = root.resolve("team/tight").resolve(plan().runId()).resolve("warm-start/wide.json");
    Files.writeString(copy, "{\"version\":2,\"poli");

    assertThat(starts().resolve(tight(), plan(), Optional.of(wide)).inputs())
        .isEqualTo(started.inputs());
  }

  @Test
  void aSearchThatDoesNotExistIsAwaited() {
    assertProblem(Optional.empty(), "WarmStartNotFound", true, "no ApqSearch wide", "apply it");
  }

  @Test
  void aSearchWithoutAResultIsAwaitedWithItsOwnWords() {
    ApqSearch wide = search("wide", "");
    wide.setStatus(
        Serialization.unmarshal(
            """
            observedGeneration: 1
            conditions:
              - {type: Succeeded, status: "False", reason: Infeasible, message: too tight,
                 observedGeneration: 1, lastTransitionTime: "2026-01-01T00:00:00Z"}
            """,
            dev.apq.api.v1alpha1.ApqSearchStatus.class));
    assertProblem(Optional.of(wide), "WaitingForWarmStart", true, "Infeasible: too tight");
    wide.setStatus(null);
    assertProblem(Optional.of(wide), "WaitingForWarmStart", true, "no result to start from yet");
  }

  @Test
  void aResultOfAnEarlierGenerationIsNotTaken() throws IOException {
    ApqSearch wide = found(answer(Presets.named("digits").orElseThrow(), 1));
    wide.getMetadata().setGeneration(2L);
    assertProblem(Optional.of(wide), "WaitingForWarmStart", true, "no result");
  }

  @Test
  void aResultOfAnotherSpaceNeedsHelp() throws IOException {
    ApqSearch wide = found(answer(Presets.named("apq-imagenet").orElseThrow(), 1));
    assertProblem(
        Optional.of(wide), "WarmStartUnusable", false, "another search space", "warmStartRef");
  }

  @Test
  void aResultThatIsNotWhatTheStatusSaysNeedsHelp() throws IOException {
    ApqSearch wide = found(answer(Presets.named("digits").orElseThrow(), 1));
    Path result = root.resolve("team/wide").resolve(RUN_ID).resolve("search/result.json");
    Files.writeString(result, Files.readString(result).replace("0.9", "0.8"));
    assertProblem(Optional.of(wide), "WarmStartUnusable", false, "status.results.digest");
  }

  @Test
  void aStatusCannotLeadOutOfTheNamespace() throws IOException {
    ApqSearch wide = found(answer(Presets.named("digits").orElseThrow(), 1), "../other/run");
    assertProblem(Optional.of(wide), "WaitingForWarmStart", true, "no result");
  }

  private void assertProblem(
      Optional<ApqSearch> wide, String reason, boolean passes, String... parts) {
    assertThatThrownBy(() -> starts().resolve(tight(), plan(), wide))
        .isInstanceOfSatisfying(
            WarmStarts.UnresolvedException.class,
            e -> {
              assertThat(e.problem().reason()).isEqualTo(reason);
              assertThat(e.problem().passes()).isEqualTo(passes);
              assertThat(e.problem().text()).contains(parts);
            });
  }

  private WarmStarts starts() {
    return new WarmStarts(new ArtifactStore(root));
  }

  private static SearchPlan plan() {
    return SearchDeciderTest.plan(tight().getSpec());
  }

  private static ApqSearch tight() {
    return search("tight", "warmStartRef: {name: wide}");
  }

  private static ApqSearch search(String name, String more) {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: %s, namespace: team, generation: 1}
        spec:
          supernetRef: {name: shared}
          constraints: [{metric: BitOps, max: '0.01'}]
          %s
        """
            .formatted(name, more),
        ApqSearch.class);
  }

  private ApqSearch found(SearchAnswer answer) throws IOException {
    return found(answer, RUN_ID);
  }

  private ApqSearch found(SearchAnswer answer, String runId) throws IOException {
    Path result = root.resolve("team/wide").resolve(RUN_ID).resolve("search/result.json");
    Files.createDirectories(result.getParent());
    Files.write(result, Json.bytes(answer));
    ApqSearch wide = search("wide", "");
    wide.setStatus(
        Serialization.unmarshal(
            """
            observedGeneration: 1
            runId: %s
            results: {configMap: wide-result, uri: "file:///elsewhere", frontSize: 1, digest: "%s"}
            """
                .formatted(runId, Digests.sha256(result)),
            dev.apq.api.v1alpha1.ApqSearchStatus.class));
    return wide;
  }

  private static SearchAnswer answer(SearchSpace space, long seed) {
    Policy policy = policy(space, seed);
    SearchAnswer.Point point =
        new SearchAnswer.Point(0.9, null, Map.of("BitOps", 0.01), policy.digest(), policy);
    return new SearchAnswer(
        WarmStart.NONE.version(), "sha256:0", 9, point, List.of(point), List.of(point));
  }

  private static Policy policy(SearchSpace space, long seed) {
    return new Sampler(space).quantized(RandomStream.of(seed));
  }
}
