package dev.apq.operator.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.CleanupPolicy;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import dev.apq.core.contract.Stage;
import dev.apq.operator.job.JobState;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.WorkKind;
import dev.apq.operator.status.Reasons;
import dev.apq.operator.store.Seal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every world of Jobs and artifacts around each stage, every behaviour of the workers: the
 * decisions always come to an end, never have two Jobs active and never run a finished stage again.
 *
 * <p>Decisions remember nothing, so each world is also the world after a restart.
 */
class TrainingDeciderModelTest {
  private static final int MAX_VISITS = 60;
  private static final SupernetTrainingSpec SPEC = Specs.training("model").getSpec();
  private static final SupernetTrainingSpec SUSPENDED =
      Specs.training("model", "suspend: true").getSpec();

  private static final Map<CleanupPolicy, SupernetTrainingSpec> CLEANING =
      Map.of(
          CleanupPolicy.NONE, cleaning("None"),
          CleanupPolicy.SUCCEEDED, cleaning("Succeeded"),
          CleanupPolicy.ALL, cleaning("All"));

  private static SupernetTrainingSpec cleaning(String policy) {
    return Specs.training("model", "runPolicy: {cleanupPolicy: " + policy + "}").getSpec();
  }

  /** A Job in a world: its state and whether it fits what the stage needs now. */
  private record Start(@Nullable JobState state, int attempt, String run, boolean sameInputs) {}

  @Test
  void everyWorldComesToAnEndWithoutBreakingARule() {
    int[] worlds = {0};
    forEveryWorld(
        world -> {
          worlds[0]++;
          for (Simulation.Workers workers : Simulation.Workers.values()) {
            for (SupernetTrainingSpec spec : List.of(SPEC, SUSPENDED)) {
              Simulation simulation = world.get();
              Outcome outcome = run(simulation, spec, workers);
              assertThat(simulation.violations).as(world.name()).isEmpty();
              checkEnd(world.name() + " " + workers, spec, simulation, outcome, workers);
            }
          }
        });
    assertThat(worlds[0]).isGreaterThan(5_000);
  }

  /** Cleaning up takes the Jobs that it may when all is done, no other, and changes no outcome. */
  @Test
  void cleaningUpTakesJobsOfWhatIsDoneOnly() {
    forEveryWorld(
        world -> {
          for (Simulation.Workers workers : Simulation.Workers.values()) {
            Outcome kept = run(world.get(), SPEC, workers);
            for (CleanupPolicy policy : CleanupPolicy.values()) {
              Simulation simulation = world.get();
              SupernetTrainingSpec spec = CLEANING.get(policy);
              assertThat(run(simulation, spec, workers)).as(world.name()).isEqualTo(kept);
              assertThat(simulation.violations).as(world.name()).isEmpty();
              boolean done = kept instanceof Outcome.Completed;
              List<JobState> left = simulation.jobs.stream().map(ObservedJob::state).toList();
              if (done && policy == CleanupPolicy.ALL) {
                assertThat(left).as(world.name()).isEmpty();
              } else if (done && policy == CleanupPolicy.SUCCEEDED) {
                assertThat(left).as(world.name()).doesNotContain(JobState.COMPLETE);
              }
            }
          }
        });
  }

  @Test
  void aStageThatIsNotDoneKeepsItsJob() {
    Simulation simulation = new Simulation(SPEC, List.of(Stage.VERIFY));
    Outcome outcome = run(simulation, CLEANING.get(CleanupPolicy.ALL), Simulation.Workers.FAIL);
    assertThat(outcome).isInstanceOf(Outcome.Stalled.class);
    assertThat(simulation.jobs).extracting(ObservedJob::state).containsExactly(JobState.FAILED);
  }

  @Test
  void aSuspendedTrainingContinuesToTheSameEnd() {
    forEveryWorld(
        world -> {
          Simulation simulation = world.get();
          run(simulation, SUSPENDED, Simulation.Workers.FINISH);
          Outcome outcome = run(simulation, SPEC, Simulation.Workers.FINISH);
          assertThat(simulation.violations).as(world.name()).isEmpty();
          assertThat(outcome)
              .as(world.name())
              .isInstanceOfAny(Outcome.Completed.class, Outcome.Stalled.class);
        });
  }

  @Test
  void aTrainingThatLacksTheTrainJobGoesOnWhenItCanBeHad() {
    forEveryWorld(
        world -> {
          Simulation simulation = world.get();
          if (simulation.delegation == Delegation.NONE
              || simulation.delegation == Delegation.READY) {
            return;
          }
          boolean lacking = simulation.seals.get(Stage.TRAIN) != Seal.GOOD;
          Outcome before = run(simulation, SPEC, Simulation.Workers.FINISH);
          if (lacking && before instanceof Outcome.Stalled stalled) {
            assertThat(stalled.reason())
                .as(world.name())
                .isIn(Reasons.TRAIN_JOBS_UNAVAILABLE, Reasons.INVALID_ARTIFACT);
          }
          assertThat(lacking && before instanceof Outcome.Completed).as(world.name()).isFalse();
          simulation.delegation = Delegation.READY;
          Outcome after = run(simulation, SPEC, Simulation.Workers.FINISH);
          assertThat(simulation.violations).as(world.name()).isEmpty();
          assertThat(after)
              .as(world.name())
              .isInstanceOfAny(Outcome.Completed.class, Outcome.Stalled.class);
        });
  }

  @Test
  void actionsMayBeRepeated() {
    forEveryWorld(
        world -> {
          Simulation simulation = world.get();
          TrainingDecision decision =
              TrainingDecider.decide(SPEC, simulation.world(), Simulation.NOW);
          decision.actions().forEach(simulation::apply);
          List<?> once = List.copyOf(simulation.jobs);
          decision.actions().stream()
              .filter(
                  action ->
                      action instanceof TrainingAction.CreateJob
                          || action instanceof TrainingAction.DeleteJob)
              .forEach(simulation::apply);
          assertThat(simulation.jobs).as(world.name()).isEqualTo(once);
        });
  }

  private static Outcome run(
      Simulation simulation, SupernetTrainingSpec spec, Simulation.Workers workers) {
    for (int visit = 0; visit < MAX_VISITS; visit++) {
      TrainingDecision decision = TrainingDecider.decide(spec, simulation.world(), Simulation.NOW);
      if (decision.actions().isEmpty() && simulation.quiet()) {
        return decision.outcome();
      }
      decision.actions().forEach(simulation::apply);
      assertThat(simulation.active()).as("active Jobs").isLessThanOrEqualTo(3);
      simulation.advance(workers);
    }
    throw new AssertionError("no end after " + MAX_VISITS + " visits: " + simulation.world());
  }

  private static void checkEnd(
      String world,
      SupernetTrainingSpec spec,
      Simulation simulation,
      Outcome outcome,
      Simulation.Workers workers) {
    boolean done = simulation.seals.values().stream().allMatch(seal -> seal == Seal.GOOD);
    if (done) {
      assertThat(outcome).as(world).isInstanceOf(Outcome.Completed.class);
    } else if (spec.suspend()) {
      assertThat(outcome).as(world).isInstanceOf(Outcome.Suspended.class);
      assertThat(simulation.active()).as(world).isZero();
    } else {
      assertThat(outcome).as(world).isInstanceOf(Outcome.Stalled.class);
      assertThat(((Outcome.Stalled) outcome).remedy()).as(world).isNotBlank();
    }
    if (workers == Simulation.Workers.FAIL && !done && !spec.suspend()) {
      assertThat(outcome).as(world).isInstanceOf(Outcome.Stalled.class);
    }
  }

  private record World(String name, java.util.function.Supplier<Simulation> make) {
    Simulation get() {
      return make.get();
    }
  }

  private static void forEveryWorld(Consumer<World> check) {
    for (Delegation delegation : Delegation.values()) {
      forEveryWorld(Stage.ofTraining(), delegation, check);
    }
    forEveryWorld(List.of(Stage.VERIFY), Delegation.NONE, check);
  }

  private static void forEveryWorld(
      List<Stage> stages, Delegation delegation, Consumer<World> check) {
    for (int finished = 0; finished <= stages.size(); finished++) {
      for (Seal seal : List.of(Seal.NONE, Seal.CORRUPT)) {
        for (boolean quarantined : List.of(false, true)) {
          for (Start before : starts(false)) {
            for (Start current : starts(true)) {
              for (Start after : starts(false)) {
                check.accept(
                    world(stages, delegation, finished, seal, quarantined, before, current, after));
              }
            }
          }
        }
      }
    }
  }

  private static World world(
      List<Stage> stages,
      Delegation delegation,
      int finished,
      Seal seal,
      boolean quarantined,
      Start before,
      Start current,
      Start after) {
    String name =
        "%s %s finished=%d current=%s quarantined=%s jobs=%s %s %s"
            .formatted(stages, delegation, finished, seal, quarantined, before, current, after);
    return new World(
        name,
        () -> {
          Simulation simulation = new Simulation(SPEC, stages);
          simulation.delegation = delegation;
          for (int i = 0; i < finished; i++) {
            simulation.seals.put(stages.get(i), Seal.GOOD);
          }
          place(simulation, stages, finished - 1, before);
          place(simulation, stages, finished, current);
          place(simulation, stages, finished + 1, after);
          if (finished < stages.size()) {
            simulation.seals.put(stages.get(finished), seal);
            simulation.quarantined.put(stages.get(finished), quarantined);
          }
          return simulation;
        });
  }

  private static void place(Simulation simulation, List<Stage> stages, int position, Start start) {
    if (start.state() == null || position < 0 || position >= stages.size()) {
      return;
    }
    Stage stage = stages.get(position);
    boolean delegated = stage == Stage.TRAIN && simulation.delegation != Delegation.NONE;
    if (delegated && simulation.delegation != Delegation.READY) {
      return; // there is no such kind, or it may not be looked at
    }
    simulation.jobs.add(
        Simulation.job(
            delegated ? WorkKind.TRAIN_JOB : WorkKind.JOB,
            stage,
            start.state(),
            start.attempt(),
            start.run(),
            start.sameInputs() ? Simulation.digest(stage) : "other"));
  }

  private static List<Start> starts(boolean variants) {
    List<Start> starts = new ArrayList<>();
    starts.add(new Start(null, 1, Simulation.RUN, true));
    for (JobState state : JobState.values()) {
      starts.add(new Start(state, 1, Simulation.RUN, true));
      if (variants) {
        starts.add(new Start(state, 2, Simulation.RUN, true));
        starts.add(new Start(state, 1, Simulation.RUN, false));
        starts.add(new Start(state, 1, "earlier", true));
      }
    }
    return starts;
  }
}
