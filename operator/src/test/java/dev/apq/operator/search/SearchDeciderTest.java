package dev.apq.operator.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.core.contract.Stage;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.operator.job.JobState;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.store.Seal;
import dev.apq.operator.training.Specs;
import dev.apq.operator.training.StageObservation;
import dev.apq.operator.training.TrainingAction;
import dev.apq.operator.training.TrainingPlan;
import dev.apq.operator.training.TrainingWorld;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every combination of supernet, search, verification, results and suspension. */
class SearchDeciderTest {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
  private static final SearchSpace SPACE = Presets.named("digits").orElseThrow();
  private static final ApqSearchSpec REFERENCE =
      spec("supernetRef: {name: shared}\nconstraints: [{metric: BitOps, max: '0.01'}]");
  private static final ApqSearchSpec TEMPLATE =
      spec(
          """
          supernetTemplate:
            spec:
              searchSpace: {preset: digits}
              dataset: {builtin: digits}
              recipe: {epochs: 1}
              collection: {fullPrecisionSamples: 4, quantizedSamples: 4}
          """);

  @Test
  void everyWorldIsDecidedWithinTheRules() {
    int worlds = 0;
    for (ApqSearchSpec spec :
        List.of(REFERENCE, TEMPLATE, suspended(REFERENCE), suspended(TEMPLATE))) {
      for (SearchWorld world : worlds(spec)) {
        worlds++;
        check(spec, world, SearchDecider.decide(spec, world, NOW));
      }
    }
    assertThat(worlds).isGreaterThan(1000);
  }

  private static void check(ApqSearchSpec spec, SearchWorld world, SearchDecision decision) {
    String name = spec.suspend() + " " + world + " -> " + decision;
    List<SearchAction> actions = decision.actions();
    boolean told = world.state() instanceof SearchState.Told;
    boolean found = world.state() instanceof SearchState.Found || told;
    assertThat(decision.outcome() instanceof SearchOutcome.Kept).as(name).isEqualTo(told);
    assertThat(actions.contains(new SearchAction.StartSearch()))
        .as(name)
        .isEqualTo(
            !spec.suspend()
                && world.supernet() instanceof Supernet.Ready
                && world.problem() == null
                && world.state() instanceof SearchState.Absent);
    assertThat(actions.contains(new SearchAction.CreateSupernet()))
        .as(name)
        .isEqualTo(
            spec.supernetTemplate() != null
                && world.supernet() instanceof Supernet.Missing
                && !told
                && !spec.suspend());
    assertThat(actions.contains(new SearchAction.PublishResult()))
        .as(name)
        .isEqualTo(
            world.supernet() instanceof Supernet.Ready
                && world.state() instanceof SearchState.Found
                && !world.published()
                && world.problem() == null);
    if (spec.suspend() && !found) {
      assertThat(decision.outcome()).as(name).isInstanceOf(SearchOutcome.Suspended.class);
    }
    if (decision.outcome() instanceof SearchOutcome.Completed) {
      assertThat(found).as(name).isTrue();
    }
    checkProblem(name, spec, world, decision);
    checkVerification(name, spec, world, decision);
  }

  private static void checkProblem(
      String name, ApqSearchSpec spec, SearchWorld world, SearchDecision decision) {
    if (decision.outcome() instanceof SearchOutcome.Stalled stalled) {
      assertThat(stalled.remedy()).as(name).isNotBlank();
    }
    SearchWorld.Problem problem = world.problem();
    if (problem != null && !spec.suspend()) {
      assertThat(decision.outcome() instanceof SearchOutcome.Running)
          .as(name)
          .isEqualTo(problem.passes());
    }
  }

  private static void checkVerification(
      String name, ApqSearchSpec spec, SearchWorld world, SearchDecision decision) {
    List<TrainingAction> actions =
        decision.actions().stream()
            .filter(SearchAction.Verify.class::isInstance)
            .map(action -> ((SearchAction.Verify) action).action())
            .toList();
    TrainingWorld verification = world.verification().world();
    Optional<StageObservation> stage = verification.current();
    List<ObservedJob> jobs = verification.jobs();
    boolean creates = actions.stream().anyMatch(TrainingAction.CreateJob.class::isInstance);
    if (creates) {
      assertThat(stage).as(name).isPresent();
      assertThat(spec.suspend()).as(name).isFalse();
      assertThat(jobs).as(name).isEmpty();
      assertThat(stage.get().seal()).as(name).isEqualTo(Seal.NONE);
    }
    if (stage.isEmpty() || spec.suspend()) {
      List<String> active =
          jobs.stream().filter(ObservedJob::active).map(ObservedJob::name).toList();
      assertThat(actions.stream().filter(TrainingAction.DeleteJob.class::isInstance))
          .as(name)
          .extracting(action -> ((TrainingAction.DeleteJob) action).name())
          .containsAll(active);
    }
    if (world.state() instanceof SearchState.Found && world.problem() == null) {
      boolean quiet = jobs.stream().allMatch(ObservedJob::ended);
      assertThat(decision.outcome() instanceof SearchOutcome.Completed)
          .as(name)
          .isEqualTo(stage.isEmpty() && quiet);
    }
    boolean failed =
        stage.isPresent()
            && stage.get().seal() == Seal.NONE
            && jobs.stream()
                .anyMatch(
                    job ->
                        job.state() == JobState.FAILED && job.attempt() == stage.get().attempt());
    if (failed && !spec.suspend()) {
      assertThat(decision.outcome())
          .as(name)
          .isInstanceOfSatisfying(
              SearchOutcome.Stalled.class,
              stalled -> {
                assertThat(stalled.reason()).isEqualTo("VerificationFailed");
                assertThat(stalled.message()).contains("predicted");
              });
    }
  }

  private static List<SearchWorld> worlds(ApqSearchSpec spec) {
    List<Supernet> supernets =
        List.of(
            new Supernet.Missing("s"),
            new Supernet.Unfinished("s", "Training", "m", false, 30, false, true),
            new Supernet.Unfinished("s", "Suspended", "m", false, 30, true, true),
            new Supernet.Unfinished("s", "JobFailed", "m", true, 30, false, false),
            new Supernet.Ready("s", SPACE, Path.of("p"), "sha256:0", null, null, "0.3", source()));
    SearchAnswer.Point point = point();
    List<SearchState> states =
        List.of(
            new SearchState.Absent(),
            new SearchState.Running(new SearchRun.Progress(0, 9, 0, Double.NaN), false),
            new SearchState.Running(new SearchRun.Progress(3, 9, 300, 0.5), true),
            new SearchState.Infeasible("too tight"),
            new SearchState.Failed("broken"),
            new SearchState.Found(answer(point), "sha256:1", 1));
    List<SearchWorld.Problem> troubles =
        List.of(
            new SearchWorld.Problem("HardwareUnusable", "m", "r", false),
            new SearchWorld.Problem("WaitingForWarmStart", "m", "", true));
    List<SearchWorld> worlds = new ArrayList<>();
    for (Supernet supernet : supernets) {
      boolean ready = supernet instanceof Supernet.Ready;
      for (SearchState state : ready ? states : List.<SearchState>of(new SearchState.Absent())) {
        for (boolean published : List.of(false, true)) {
          for (SearchWorld.Problem wrong : problems(ready ? troubles : List.of())) {
            boolean verifiable = state instanceof SearchState.Found && wrong == null;
            for (Verification verification : verifications(verifiable)) {
              worlds.add(
                  new SearchWorld(
                      supernet, ready ? plan(spec) : null, wrong, state, verification, published));
            }
          }
        }
      }
    }
    for (Supernet supernet : List.of(supernets.get(0), supernets.get(supernets.size() - 1))) {
      for (List<ObservedJob> jobs : jobs()) {
        worlds.add(
            new SearchWorld(
                supernet, null, null, new SearchState.Told(), Verification.none(jobs), true));
      }
    }
    return worlds;
  }

  /** With a stage: every seal and Job. Without: nothing to verify, with a Job left over or none. */
  private static List<Verification> verifications(boolean verifiable) {
    List<Verification> verifications = new ArrayList<>();
    for (List<ObservedJob> jobs : jobs()) {
      verifications.add(Verification.none(jobs));
      for (Seal seal : verifiable ? Seal.values() : new Seal[0]) {
        for (boolean quarantined : List.of(false, true)) {
          StageObservation stage =
              new StageObservation(
                  Stage.VERIFY, seal, "in", "broken", quarantined, 0, null, LONG_AGO, 0, null);
          verifications.add(
              new Verification(null, new TrainingWorld("run", List.of(stage), jobs), null));
        }
      }
    }
    return verifications;
  }

  private static List<List<ObservedJob>> jobs() {
    List<List<ObservedJob>> jobs = new ArrayList<>();
    jobs.add(List.of());
    for (JobState state : JobState.values()) {
      for (int attempt : List.of(1, 2)) {
        jobs.add(
            List.of(
                new ObservedJob(
                    WorkKind.JOB,
                    "job-" + attempt,
                    "run",
                    Stage.VERIFY,
                    attempt,
                    "in",
                    state,
                    LONG_AGO,
                    LONG_AGO,
                    1,
                    0,
                    0,
                    null,
                    "worker exited with 78")));
      }
    }
    return jobs;
  }

  private static List<SearchWorld.@Nullable Problem> problems(List<SearchWorld.Problem> troubles) {
    List<SearchWorld.@Nullable Problem> problems = new ArrayList<>();
    problems.add(null);
    problems.addAll(troubles);
    return problems;
  }

  static SearchAnswer.Point point() {
    var policy = new Sampler(SPACE).quantized(RandomStream.of(1, 2));
    return new SearchAnswer.Point(0.9, null, Map.of("BitOps", 0.01), policy.digest(), policy);
  }

  static SearchAnswer answer(SearchAnswer.Point... points) {
    return new SearchAnswer(
        SearchAnswer.VERSION, "sha256:0", 9, points[0], List.of(points), List.of(points));
  }

  static Supernet.Source source() {
    SupernetTraining training = Specs.training("s");
    return new Supernet.Source(
        training.getSpec(), TrainingPlan.of(training).workerSpec(), "team/s/key", "sha256:train");
  }

  static SearchPlan plan(ApqSearchSpec spec) {
    return SearchPlan.of(
        spec,
        SPACE,
        Path.of("predictor.safetensors"),
        "sha256:0",
        new Hardware(new BitFusion(HardwareProfile.bitfusion()), new byte[] {1}));
  }

  static ApqSearchSpec spec(String yaml) {
    return Serialization.unmarshal(yaml, ApqSearchSpec.class);
  }

  private static ApqSearchSpec suspended(ApqSearchSpec spec) {
    return new ApqSearchSpec(
        spec.supernetRef(),
        spec.supernetTemplate(),
        spec.constraints(),
        spec.objectives(),
        spec.hardware(),
        spec.evolution(),
        spec.warmStartRef(),
        spec.verify(),
        spec.worker(),
        spec.queueName(),
        spec.runPolicy(),
        true);
  }
}
