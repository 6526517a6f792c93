package dev.apq.operator.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.api.v1alpha1.SupernetTrainingStatus;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.operator.job.JobState;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.store.Seal;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TrainingReportTest {
  private static final URI FOLDER = URI.create("file:///store/" + "x".repeat(900));
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  @Test
  void theLargestStatusStaysBelow64Kilobytes() {
    SupernetTraining training = Specs.training("a".repeat(40));
    String endless = "Ü\"\\".repeat(20_000);
    TrainingWorld world = world(endless);
    for (Outcome outcome :
        List.of(
            new Outcome.Completed(),
            new Outcome.Running(Stage.TRAIN, "Training", endless),
            new Outcome.Suspended(endless),
            new Outcome.Stalled("JobFailed", endless, endless))) {
      SupernetTrainingStatus status = TrainingReport.of(training, world, outcome, FOLDER, NOW);
      assertThat(Serialization.asJson(status).getBytes(java.nio.charset.StandardCharsets.UTF_8))
          .hasSizeLessThan(64 * 1024);
    }
  }

  @Test
  void aConditionKeepsItsTransitionTimeWhileItsStatusStays() {
    SupernetTraining training = Specs.training("t");
    Outcome running = new Outcome.Running(Stage.TRAIN, "Training", "m");
    TrainingWorld world = new Simulation(training.getSpec()).world();
    training.setStatus(TrainingReport.of(training, world, running, FOLDER, NOW));
    SupernetTrainingStatus later =
        TrainingReport.of(training, world, running, FOLDER, NOW.plusSeconds(60));
    assertThat(later).isEqualTo(training.getStatus());
    SupernetTrainingStatus done =
        TrainingReport.of(training, world, new Outcome.Completed(), FOLDER, NOW.plusSeconds(120));
    assertThat(Conditions.find(done.conditions(), "Succeeded"))
        .get()
        .extracting(Condition::lastTransitionTime)
        .isEqualTo("2026-01-02T00:02:00Z");
  }

  @Test
  void noObjectIsEverEmpty() {
    SupernetTraining training = Specs.training("t");
    Simulation simulation = new Simulation(training.getSpec());
    simulation.seals.replaceAll((stage, seal) -> Seal.GOOD);
    simulation.seals.put(Stage.TRANSFER, Seal.NONE);
    List<StageObservation> stages = new ArrayList<>(simulation.world().stages());
    Progress silent =
        new Progress(
            "transfer", 0, null, null, null, null, null, null, null, null, null, "starting");
    stages.set(
        4,
        new StageObservation(
            Stage.TRANSFER, Seal.NONE, "d", null, false, 0, null, null, 0, silent));
    SupernetTrainingStatus status =
        TrainingReport.of(
            training,
            new TrainingWorld("run", stages, List.of()),
            new Outcome.Running(Stage.TRANSFER, "TransferringPredictor", "m"),
            FOLDER,
            NOW);
    assertThat(status.trainer()).isNull();
    assertThat(status.predictor()).isNull();
    assertThat(Serialization.asJson(status)).doesNotContain("{ }").doesNotContain("{}");
  }

  @Test
  void kstatusNeverSeesItDoneBeforeItIs() {
    SupernetTraining training = Specs.training("t");
    TrainingWorld world = new Simulation(training.getSpec()).world();
    for (Outcome outcome :
        List.of(new Outcome.Running(Stage.TRAIN, "Training", "m"), new Outcome.Suspended("m"))) {
      SupernetTrainingStatus status = TrainingReport.of(training, world, outcome, FOLDER, NOW);
      assertThat(Conditions.find(status.conditions(), Conditions.RECONCILING))
          .get()
          .extracting(Condition::status)
          .isEqualTo("True");
    }
  }

  @Test
  void figuresThatAreNoDecimalsAreLeftOut() {
    Map<String, String> summary = new HashMap<>();
    summary.put("healthy", "true");
    summary.put("largestAccuracy", "<script>");
    summary.put("smallestAccuracy", "0.5");
    var health =
        dev.apq.operator.status.Quality.health(
            new Manifest(1, "train", null, "d", Map.of(), Map.of(), summary));
    assertThat(health).isNotNull();
    assertThat(health.largestAccuracy()).isNull();
    assertThat(health.smallestAccuracy()).isEqualTo("0.5");
  }

  @Test
  void aPredictorBelowTheThresholdIsReportedWithWhatToDo() {
    SupernetTraining training = Specs.training("t");
    assertThat(healthy(training, "0.4321"))
        .satisfies(
            condition -> {
              assertThat(condition.status()).isEqualTo("True");
              assertThat(condition.reason()).isEqualTo("PredictorReliable");
            });
    assertThat(healthy(training, "0.2999"))
        .satisfies(
            condition -> {
              assertThat(condition.status()).isEqualTo("False");
              assertThat(condition.reason()).isEqualTo("PredictorUnreliable");
              assertThat(condition.message())
                  .contains("0.2999", "minKendallTau 0.3", "Remedy", "spec.collection");
            });
    SupernetTraining demanding = Specs.training("t", "predictor: {minKendallTau: \"0.5\"}");
    assertThat(healthy(demanding, "0.4321").reason()).isEqualTo("PredictorUnreliable");
  }

  private static Condition healthy(SupernetTraining training, String kendallTau) {
    Map<String, String> summary = new HashMap<>();
    summary.put("healthy", "true");
    summary.put("kendallTau", kendallTau);
    summary.put("heldOutSamples", "40");
    Map<String, Manifest.FileEntry> files =
        Map.of(StoreLayout.CALIBRATION, new Manifest.FileEntry("sha256:" + "0".repeat(64), 1));
    List<StageObservation> stages = new ArrayList<>();
    for (Stage stage : Stage.ofTraining()) {
      Manifest manifest = new Manifest(1, stage.folder(), null, "d", files, Map.of(), summary);
      stages.add(
          new StageObservation(stage, Seal.GOOD, "d", null, false, 0, manifest, null, 0, null));
    }
    SupernetTrainingStatus status =
        TrainingReport.of(
            training,
            new TrainingWorld("run", stages, List.of()),
            new Outcome.Completed(),
            URI.create("file:///store/t"),
            NOW);
    assertThat(status.predictor()).isNotNull();
    assertThat(status.predictor().calibrationPlot())
        .isEqualTo("file:///store/t/transfer/calibration.svg");
    return Conditions.find(status.conditions(), Conditions.HEALTHY).orElseThrow();
  }

  @Property
  void aClockThatJumpsAnHourNeverMakesARunningStageFail(
      @ForAll @LongRange(min = -3600, max = 3600) long jump) {
    SupernetTraining training = Specs.training("t");
    Simulation simulation = new Simulation(training.getSpec());
    simulation.jobs.add(
        Simulation.job(
            Stage.TRAIN, JobState.ACTIVE, 1, Simulation.RUN, Simulation.digest(Stage.TRAIN)));
    Instant shifted = Simulation.LONG_AGO.plus(Duration.ofSeconds(jump));
    TrainingDecision decision =
        TrainingDecider.decide(training.getSpec(), simulation.world(), shifted);
    assertThat(decision.actions()).isEmpty();
    assertThat(decision.outcome()).isInstanceOf(Outcome.Running.class);
    SupernetTrainingStatus status =
        TrainingReport.of(training, simulation.world(), decision.outcome(), FOLDER, shifted);
    assertThat(status.cost().workerSeconds()).isNotNegative();
  }

  private static TrainingWorld world(String endless) {
    Map<String, String> summary = new HashMap<>();
    summary.put("healthy", "false");
    summary.put("healthProblems", endless);
    summary.put("kendallTau", "0.123456789012");
    List<StageObservation> stages = new ArrayList<>();
    List<ObservedJob> jobs = new ArrayList<>();
    for (Stage stage : Stage.ofTraining()) {
      Manifest manifest = new Manifest(1, stage.folder(), null, "d", Map.of(), Map.of(), summary);
      Progress progress =
          new Progress(stage.folder(), 0.5, 1, 2, 0.1, 0.2, 3, 4, 0.5, 9.0, 5L, endless);
      stages.add(
          new StageObservation(
              stage,
              stage == Stage.TRANSFER ? Seal.CORRUPT : Seal.GOOD,
              "d",
              endless,
              true,
              0,
              manifest,
              NOW,
              1,
              progress));
      jobs.add(Simulation.job(stage, JobState.FAILED, 1, "run", endless));
    }
    return new TrainingWorld("run", stages, jobs);
  }
}
