package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.store.Seal;
import dev.apq.operator.training.StageObservation;
import dev.apq.operator.training.TrainingWorld;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the status says of an answer that is good but not whole. */
class SearchReportTest {
  private static final SearchSpace SPACE = Presets.named("digits").orElseThrow();
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:10.5Z");

  @Test
  void anAnswerThatCouldNotBeExportedIsKeptWithTheReason() {
    ApqSearchStatus status =
        status(search(), measured("ONNX Runtime 1.20 cannot run the model", null));

    assertThat(status.best().accuracy()).isEqualTo("0.5000");
    assertThat(Conditions.find(status.conditions(), "Succeeded"))
        .get()
        .satisfies(
            condition -> {
              assertThat(condition.status()).isEqualTo("True");
              assertThat(condition.message())
                  .contains("measured on 2 test images", "could not be exported", "cannot run");
            });
    assertThat(stage(status, "Verify").message()).contains("not exported: ONNX Runtime 1.20");
  }

  @Test
  void aCandidateThatDivergedIsNamedAndTheOthersAreKept() {
    ApqSearchStatus status = status(search(), measured("", "fine-tuning diverged: loss is NaN"));

    assertThat(status.best().digest()).isEqualTo(point(2).digest());
    assertThat(stage(status, "Verify").message())
        .contains("1 of 2 policies measured", "left out, as its fine-tuning diverged: loss is NaN");
  }

  @Test
  void stagesWithoutAJobKeepTheirTimes() {
    ApqSearch search = search();
    ApqSearchStatus first = status(search, measured("", null));
    assertThat(stage(first, "Search").startTime()).isEqualTo("2026-01-01T00:00:10Z");
    search.setStatus(first);

    ApqSearchStatus later = status(search, measured("", null), NOW.plusSeconds(60));
    assertThat(stage(later, "Search")).isEqualTo(stage(first, "Search"));

    search.getMetadata().setGeneration(2L);
    assertThat(stage(status(search, measured("", null), NOW.plusSeconds(60)), "Search").startTime())
        .as("another specification is another search")
        .isEqualTo("2026-01-01T00:01:10Z");
  }

  @Test
  void anAnswerIsToldOfTheSpecificationThatWasSearchedAlone() {
    ApqSearch search = search();
    assertThat(SearchReport.tellsAnAnswer(search)).isFalse();

    search.setStatus(status(search, measured("", null)));
    assertThat(SearchReport.tellsAnAnswer(search)).isTrue();

    search.getMetadata().setGeneration(2L);
    assertThat(SearchReport.tellsAnAnswer(search)).isFalse();
  }

  private static Verification measured(String exportProblem, String problemOfTheFirst) {
    VerifyReport.Measurement half = new VerifyReport.Measurement(1, 2);
    VerifyReport.Candidate first =
        problemOfTheFirst == null
            ? new VerifyReport.Candidate(point(1).digest(), 0.9, 0, half, half, null)
            : new VerifyReport.Candidate(point(1).digest(), 0.9, 0, null, null, problemOfTheFirst);
    VerifyReport.Candidate second =
        new VerifyReport.Candidate(
            point(2).digest(), 0.9, 0, half, problemOfTheFirst == null ? null : half, null);
    VerifyReport report =
        new VerifyReport(
            WorkerSpec.VERSION, problemOfTheFirst == null ? 0 : 1, List.of(first, second));
    Manifest manifest =
        new Manifest(
            WorkerSpec.VERSION,
            "verify",
            null,
            "sha256:i",
            Map.of(),
            Map.of(),
            Map.of(VerifyReport.EXPORT_PROBLEM, exportProblem));
    StageObservation stage =
        new StageObservation(
            Stage.VERIFY, Seal.GOOD, "in", null, false, 0, manifest, Instant.EPOCH, 1, null);
    return new Verification(null, new TrainingWorld("run", List.of(stage), List.of()), report);
  }

  private static ApqSearchStatus status(ApqSearch search, Verification verification) {
    return status(search, verification, NOW);
  }

  private static ApqSearchStatus status(ApqSearch search, Verification verification, Instant now) {
    SearchAnswer answer = SearchDeciderTest.answer(point(1), point(2));
    Supernet.Ready supernet =
        new Supernet.Ready(
            "s", SPACE, Path.of("p"), "sha256:0", null, null, "0.3", SearchDeciderTest.source());
    SearchWorld world =
        new SearchWorld(
            supernet,
            SearchDeciderTest.plan(search.getSpec()),
            null,
            new SearchState.Found(answer, "sha256:1", 1),
            verification,
            true);
    SearchVisit visit =
        new SearchVisit(search, world, null, new SearchExecutor.Owner("u", () -> true, () -> {}));
    return SearchReport.of(visit, new SearchOutcome.Completed(), 0, now);
  }

  private static StageStatus stage(ApqSearchStatus status, String name) {
    return status.stages().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private static SearchAnswer.Point point(long seed) {
    Policy policy = new Sampler(SPACE).quantized(RandomStream.of(seed));
    return new SearchAnswer.Point(0.9, null, Map.of("BitOps", 0.01), policy.digest(), policy);
  }

  private static ApqSearch search() {
    return Serialization.unmarshal(
        """
        apiVersion: apq.dev/v1alpha1
        kind: ApqSearch
        metadata: {name: s, namespace: team, uid: u, generation: 1}
        spec:
          supernetRef: {name: s}
          constraints: [{metric: BitOps, max: '0.01'}]
        """,
        ApqSearch.class);
  }
}
