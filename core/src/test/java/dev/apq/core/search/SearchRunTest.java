package dev.apq.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.Json;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.golden.Golden;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class SearchRunTest {
  private static final SearchSpace PAPER = Presets.named("apq-imagenet").orElseThrow();
  private static final CostModel COSTS =
      new CostModel(PAPER, new BitFusion(HardwareProfile.bitfusion()), LayerSet.PAPER_COMPATIBLE);
  private static final Predictor PREDICTOR = predictor();
  private static final SearchSettings SHORT = new SearchSettings(16, 20, 0.02, 0.5, 1, true);

  private static Predictor predictor() {
    try {
      return Predictor.load(Golden.predictorWeights(), new Encoding(PAPER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SearchProblem limited(Constraint... constraints) {
    return new SearchProblem(PREDICTOR, COSTS, List.of(constraints), List.of());
  }

  private static SearchProblem front(Constraint... constraints) {
    return new SearchProblem(
        PREDICTOR, COSTS, List.of(constraints), List.of(Metric.LATENCY, Metric.ENERGY));
  }

  private static SearchOutcome.Feasible feasible(SearchProblem problem, SearchSettings settings) {
    SearchOutcome outcome = Search.run(problem, settings, null, SearchListener.SILENT);
    assertThat(outcome).isInstanceOf(SearchOutcome.Feasible.class);
    return (SearchOutcome.Feasible) outcome;
  }

  @Test
  void bestKeepsEveryLimitAndIsWhatPredictorAndCostModelSay() {
    SearchProblem problem =
        limited(
            new Constraint(Metric.LATENCY, 9),
            new Constraint(Metric.ENERGY, 11),
            new Constraint(Metric.BIT_OPS, 12),
            new Constraint(Metric.MODEL_SIZE, 3));
    Candidate best = feasible(problem, SHORT).best();
    assertThat(best.policy().problems(PAPER)).isEmpty();
    assertThat(best.accuracy()).isEqualTo(PREDICTOR.predict(best.policy()));
    for (Constraint constraint : problem.constraints()) {
      double cost = COSTS.value(best.policy(), constraint.metric());
      assertThat(cost).isLessThanOrEqualTo(constraint.max() * (1 + 1e-9));
      assertThat(best.costs().get(constraint.metric())).isCloseTo(cost, within(1e-9 * cost));
    }
  }

  @Test
  void moreGenerationsFindBetterPolicies() {
    SearchProblem problem = limited(new Constraint(Metric.LATENCY, 9));
    double few =
        feasible(problem, new SearchSettings(20, 2, 0.02, 0.5, 1, false)).best().accuracy();
    double many =
        feasible(problem, new SearchSettings(20, 60, 0.02, 0.5, 1, false)).best().accuracy();
    assertThat(many).isGreaterThan(few + 0.02);
  }

  @Test
  void stoppedAtAnyGenerationAndResumedGivesTheSameResult() throws IOException {
    for (SearchProblem problem :
        List.of(
            limited(new Constraint(Metric.LATENCY, 8)), front(new Constraint(Metric.MACS, 500)))) {
      SearchOutcome uninterrupted = Search.run(problem, SHORT, null, SearchListener.SILENT);
      SearchRun run = new SearchRun(problem, SHORT);
      List<Checkpoint> checkpoints = new ArrayList<>();
      while (!run.done()) {
        checkpoints.add(Json.read(Json.bytes(run.checkpoint()), Checkpoint.class));
        run.step();
      }
      assertThat(run.outcome()).isEqualTo(uninterrupted);
      assertThat(checkpoints).hasSize(SHORT.generations() + 2);
      for (Checkpoint checkpoint : checkpoints) {
        assertThat(Search.run(problem, SHORT, checkpoint, SearchListener.SILENT))
            .as("from generation %s", checkpoint.generation())
            .isEqualTo(uninterrupted);
      }
    }
  }

  @Test
  void restartsAndScoutsResumeToo() {
    SearchProblem problem = limited(new Constraint(Metric.LATENCY, 3.6));
    SearchSettings settings = new SearchSettings(6, 120, 0.02, 0.9, 3, false);
    SearchRun run = new SearchRun(problem, settings);
    List<Checkpoint> checkpoints = new ArrayList<>();
    int waiting = 0;
    while (!run.done()) {
      run.step();
      Checkpoint checkpoint = run.checkpoint();
      waiting += checkpoint.home().isEmpty() ? 0 : 1;
      if (checkpoint.generation() % 8 == 0) {
        checkpoints.add(checkpoint);
      }
    }
    assertThat(waiting).as("generations in restarts and scouts").isBetween(10, 110);
    for (Checkpoint checkpoint : checkpoints) {
      assertThat(Search.run(problem, settings, checkpoint, SearchListener.SILENT))
          .as("from generation %s", checkpoint.generation())
          .isEqualTo(run.outcome());
    }
  }

  @Test
  void listenerStopsAndTheCheckpointContinues() {
    SearchProblem problem = limited(new Constraint(Metric.LATENCY, 8));
    SearchOutcome stopped = Search.run(problem, SHORT, null, p -> p.generation() < 5);
    assertThat(stopped).isInstanceOf(SearchOutcome.Stopped.class);
    Checkpoint checkpoint = ((SearchOutcome.Stopped) stopped).checkpoint();
    assertThat(checkpoint.generation()).isEqualTo(5);
    assertThat(Search.run(problem, SHORT, checkpoint, SearchListener.SILENT))
        .isEqualTo(Search.run(problem, SHORT, null, SearchListener.SILENT));
  }

  @Test
  void foreignOrDamagedCheckpointsAreRefused() {
    SearchProblem problem = limited(new Constraint(Metric.LATENCY, 8));
    SearchRun run = new SearchRun(problem, SHORT);
    run.step();
    Checkpoint good = run.checkpoint();
    SearchProblem other = limited(new Constraint(Metric.LATENCY, 7));
    assertThatThrownBy(() -> SearchRun.resume(other, SHORT, good))
        .hasMessageContaining("another search");
    assertThatThrownBy(() -> SearchRun.resume(problem, SHORT.withSeed(9), good))
        .hasMessageContaining("another search");
    List<String> genomes = new ArrayList<>(good.population());
    genomes.set(0, "ff".repeat(genomes.get(0).length() / 2));
    Checkpoint damaged =
        new Checkpoint(
            Checkpoint.VERSION,
            good.problemDigest(),
            SHORT,
            0,
            0,
            20,
            genomes,
            good.differentiated(),
            List.of(),
            List.of());
    assertThatThrownBy(() -> SearchRun.resume(problem, SHORT, damaged))
        .hasMessageContaining("gene 0 is 255");
  }

  @Test
  void limitsBelowTheSpaceAreReportedWithTheExactMinimum() {
    SearchOutcome outcome =
        Search.run(
            limited(new Constraint(Metric.LATENCY, 2.5), new Constraint(Metric.MACS, 400)),
            SHORT,
            null,
            SearchListener.SILENT);
    assertThat(outcome).isInstanceOf(SearchOutcome.Infeasible.class);
    SearchOutcome.Infeasible infeasible = (SearchOutcome.Infeasible) outcome;
    assertThat(infeasible.shortfalls()).hasSize(1);
    assertThat(infeasible.shortfalls().get(0).nearestFeasible())
        .isEqualTo(COSTS.table(Metric.LATENCY).min());
    assertThat(infeasible.nearest().costs().get(Metric.LATENCY)).isCloseTo(2.959, within(0.01));
    assertThat(infeasible.message()).contains("Latency at most 2.5 ms", "2.959");
  }

  @Test
  void theLeastPossibleLimitIsFeasible() {
    double min = COSTS.table(Metric.LATENCY).min();
    Candidate best = feasible(limited(new Constraint(Metric.LATENCY, min)), SHORT).best();
    assertThat(best.costs().get(Metric.LATENCY)).isCloseTo(min, within(1e-9));
  }

  @Test
  void frontIsMutuallyNonDominatedSortedAndWithinTheLimit() {
    List<Candidate> front = feasible(front(new Constraint(Metric.LATENCY, 15)), SHORT).front();
    assertThat(front).hasSizeGreaterThan(10);
    for (int i = 0; i < front.size(); i++) {
      Candidate a = front.get(i);
      assertThat(a.costs().get(Metric.LATENCY)).isLessThanOrEqualTo(15);
      for (Candidate b : front) {
        boolean dominates =
            b.accuracy() >= a.accuracy()
                && b.costs().get(Metric.LATENCY) <= a.costs().get(Metric.LATENCY)
                && b.costs().get(Metric.ENERGY) <= a.costs().get(Metric.ENERGY);
        assertThat(b != a && dominates).isFalse();
      }
      if (i > 0) {
        assertThat(a.costs().get(Metric.LATENCY))
            .isGreaterThanOrEqualTo(front.get(i - 1).costs().get(Metric.LATENCY));
      }
    }
  }

  @Test
  void problemsThatDoNotFitTogetherAreRefused() {
    assertThatThrownBy(
            () -> limited(new Constraint(Metric.MACS, 1), new Constraint(Metric.MACS, 2)))
        .hasMessageContaining("two constraints on Macs");
    assertThatThrownBy(() -> new Constraint(Metric.MACS, Double.NaN))
        .hasMessageContaining("positive");
    SearchSpace digits = Presets.named("digits").orElseThrow();
    CostModel other =
        new CostModel(digits, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
    assertThatThrownBy(() -> new SearchProblem(PREDICTOR, other, List.of(), List.of()))
        .hasMessageContaining("different search spaces");
  }

  @Test
  void candidatesAreDistinctArchitecturesFromTheBestDownwards() {
    SearchSettings settings = SHORT.withBudget(64, 20);
    for (SearchProblem problem :
        List.of(
            limited(new Constraint(Metric.LATENCY, 9)), front(new Constraint(Metric.LATENCY, 9)))) {
      SearchOutcome.Feasible found = feasible(problem, settings);

      assertThat(found.candidates()).hasSize(SearchOutcome.MAX_CANDIDATES);
      assertThat(found.candidates().get(0)).isEqualTo(found.best());
      assertThat(found.candidates())
          .extracting(candidate -> candidate.policy().architecture())
          .doesNotHaveDuplicates();
      assertThat(found.candidates())
          .isSortedAccordingTo(Comparator.comparingDouble(Candidate::accuracy).reversed())
          .allMatch(candidate -> candidate.costs().get(Metric.LATENCY) <= 9 * (1 + 1e-9));
      assertThat(feasible(problem, settings).candidates()).isEqualTo(found.candidates());
    }
  }

  @Test
  void aSmallPopulationFillsItsCandidatesWithOtherBitWidths() {
    SearchSettings tiny = new SearchSettings(4, 40, 0.001, 1, 1, false);
    SearchOutcome.Feasible found = feasible(limited(new Constraint(Metric.LATENCY, 9)), tiny);

    assertThat(found.candidates()).hasSize(4).doesNotHaveDuplicates();
    assertThat(found.candidates().get(0)).isEqualTo(found.best());
  }

  @Test
  void anAnswerAndItsInputsSurviveJson() throws IOException {
    SearchProblem problem = front(new Constraint(Metric.LATENCY, 9));
    SearchInputs inputs =
        new SearchInputs(
            SearchAnswer.VERSION,
            PAPER,
            "sha256:p",
            problem.constraints(),
            problem.objectives(),
            "sha256:h",
            LayerSet.PAPER_COMPATIBLE,
            SHORT,
            null);
    assertThat(new String(inputs.bytes(), StandardCharsets.UTF_8))
        .as("a search from nothing keeps the identity that it had before there were warm starts")
        .doesNotContain("warmStart");
    SearchAnswer answer = SearchAnswer.of(problem, feasible(problem, SHORT), inputs.digest());

    assertThat(Json.read(Json.bytes(answer), SearchAnswer.class)).isEqualTo(answer);
    assertThat(Json.read(inputs.bytes(), SearchInputs.class).digest()).isEqualTo(inputs.digest());
    SearchProblem again = inputs.problem(PREDICTOR, new BitFusion(HardwareProfile.bitfusion()));
    assertThat(SearchAnswer.of(again, feasible(again, inputs.settings()), inputs.digest()))
        .isEqualTo(answer);
  }

  @Test
  void aWarmStartIsNeverWorseThanWhatItStartsFromAndPartOfTheIdentity() throws IOException {
    for (SearchProblem problem :
        List.of(
            limited(new Constraint(Metric.LATENCY, 9)), front(new Constraint(Metric.LATENCY, 9)))) {
      SearchOutcome.Feasible wide =
          feasible(
              front(new Constraint(Metric.LATENCY, 12)),
              new SearchSettings(24, 60, 0.02, 0.5, 3, true));
      WarmStart start = WarmStart.of(SearchAnswer.of(problem, wide, "sha256:i"));
      double known =
          wide.front().stream()
              .filter(point -> COSTS.value(point.policy(), Metric.LATENCY) <= 9)
              .mapToDouble(Candidate::accuracy)
              .max()
              .orElseThrow();
      SearchSettings brief = new SearchSettings(16, 1, 0.02, 0.5, 1, false);

      SearchOutcome.Feasible warm = warm(problem, brief, start);

      assertThat(warm.best().accuracy())
          .isGreaterThanOrEqualTo(known)
          .isGreaterThan(feasible(problem, brief).best().accuracy());
      assertThat(COSTS.value(warm.best().policy(), Metric.LATENCY)).isLessThanOrEqualTo(9 + 1e-9);
      assertThat(warm(problem, brief, start)).isEqualTo(warm);
      assertThat(warm(problem, brief, WarmStart.NONE)).isEqualTo(feasible(problem, brief));
      assertThat(Json.read(start.bytes(), WarmStart.class).digest()).isEqualTo(start.digest());
    }
  }

  @Test
  void aWarmStartedSearchResumesOnlyFromItsOwnCheckpoints() {
    SearchProblem problem = limited(new Constraint(Metric.LATENCY, 9));
    WarmStart start = WarmStart.of(SearchAnswer.of(problem, feasible(problem, SHORT), "sha256:i"));
    SearchSettings other = SHORT.withSeed(5);
    SearchRun run = new SearchRun(problem, other, start);
    for (int i = 0; i < 6; i++) {
      run.step();
    }
    Checkpoint checkpoint = run.checkpoint();
    SearchRun resumed = SearchRun.resume(problem, other, start, checkpoint);
    while (!resumed.done()) {
      resumed.step();
    }
    assertThat(resumed.outcome()).isEqualTo(warm(problem, other, start));
    assertThatThrownBy(() -> SearchRun.resume(problem, other, checkpoint))
        .hasMessageContaining("another search");
  }

  @Test
  void aWarmStartFromAnotherSpaceIsRefused() {
    SearchSpace digits = Presets.named("digits").orElseThrow();
    WarmStart foreign =
        new WarmStart(
            SearchAnswer.VERSION, List.of(new Sampler(digits).quantized(RandomStream.of(1))));
    assertThatThrownBy(
            () -> new SearchRun(limited(new Constraint(Metric.LATENCY, 9)), SHORT, foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no policy of search space 'apq-imagenet'");
  }

  private static SearchOutcome.Feasible warm(
      SearchProblem problem, SearchSettings settings, WarmStart start) {
    SearchRun run = new SearchRun(problem, settings, start);
    while (!run.done()) {
      run.step();
    }
    return (SearchOutcome.Feasible) run.outcome();
  }
}
