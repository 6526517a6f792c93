package dev.apq.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SearchRunTest {
  @Test
  void showsTheRunningStageWithWhatTheWorkerReports() {
    SearchRun run =
        new SearchRun(
            search("{observedGeneration: 1}"),
            training(
                """
                stages:
                - {name: Train, state: Running, progressPercent: 42}
                - {name: Collect, state: Pending, progressPercent: 0}
                trainer: {epoch: 1, epochs: 2, accuracy: "0.61", etaSeconds: 75}
                """));

    assertThat(run.now())
        .isEqualTo("Train               42%, epoch 1 of 2, accuracy 0.61, 1 min 15 s left");
    assertThat(run.milestone()).isEqualTo("Train2");
    assertThat(run.finishedStages()).isEmpty();
  }

  @Test
  void showsTheSearchOnceTheStagesAreDone() {
    SearchRun run =
        new SearchRun(
            search(
                "{observedGeneration: 1, search: {generation: 50, generations: 200, evaluations:"
                    + " 5100}}"),
            training("stages: [{name: Train, state: Succeeded, progressPercent: 100}]\n"));

    assertThat(run.now())
        .isEqualTo("Search              25%, generation 50 of 200, 5100 policies predicted");
    assertThat(run.finishedStages()).hasSize(1);
  }

  @Test
  void showsTheVerificationOnceThereIsAnAnswer() {
    SearchRun run =
        new SearchRun(
            search(
                "{observedGeneration: 1, search: {generation: 200, generations: 200, evaluations:"
                    + " 20100}, stages: [{name: Search, state: Succeeded, progressPercent: 100},"
                    + " {name: Verify, state: Running, progressPercent: 45, message: policy 2 of"
                    + " 3}]}"),
            training("stages: [{name: Train, state: Succeeded, progressPercent: 100}]\n"));

    assertThat(run.now()).isEqualTo("Verify              45%, policy 2 of 3");
    assertThat(run.milestone()).isEqualTo("Verify2");
    assertThat(run.finishedStages()).hasSize(2);
  }

  @Test
  void aSupernetThatNeedsHelpFailsTheSearchWithItsReason() {
    SearchRun run =
        new SearchRun(
            search("{observedGeneration: 1}"),
            training(
                """
                conditions:
                - {type: Stalled, status: "True", reason: JobFailed, message: no such folder,
                   observedGeneration: 1, lastTransitionTime: "2026-01-01T00:00:00Z"}
                """));

    assertThat(run.succeeded()).isFalse();
    assertThat(run.failure()).hasValue("JobFailed: no such folder");
  }

  @Test
  void beforeTheOperatorHasSeenItItIsAccepted() {
    SearchRun run = new SearchRun(search("null"), null);

    assertThat(run.now()).isEqualTo("Accepted");
    assertThat(run.failure()).isEmpty();
  }

  @Test
  void durationsAreForPeople() {
    assertThat(SearchRun.duration(Duration.ofSeconds(59))).isEqualTo("59 s");
    assertThat(SearchRun.duration(Duration.ofSeconds(3725))).isEqualTo("62 min 5 s");
  }

  private static ApqSearch search(String status) {
    return Serialization.unmarshal(
        "apiVersion: apq.dev/v1alpha1\nkind: ApqSearch\nstatus: " + status, ApqSearch.class);
  }

  private static SupernetTraining training(String status) {
    return Serialization.unmarshal(
        "apiVersion: apq.dev/v1alpha1\nkind: SupernetTraining\nstatus:\n  observedGeneration: 1\n"
            + status.indent(2),
        SupernetTraining.class);
  }
}
