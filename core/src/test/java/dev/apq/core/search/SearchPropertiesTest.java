package dev.apq.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.golden.Golden;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.predictor.Gradients;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SearchPropertiesTest {
  private static final SearchSpace PAPER = Presets.named("apq-imagenet").orElseThrow();
  private static final CostModel COSTS =
      new CostModel(PAPER, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
  private static final Predictor PREDICTOR = golden();
  private static final Genomes GENOMES = new Genomes(PREDICTOR.encoding());

  private static Predictor golden() {
    try {
      return Predictor.load(Golden.predictorWeights(), new Encoding(PAPER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SearchProblem problem(Constraint... constraints) {
    return new SearchProblem(PREDICTOR, COSTS, List.of(constraints), List.of());
  }

  @Property
  void genomesAndPoliciesAgree(@ForAll long seed) {
    int[] genes = GENOMES.random(RandomStream.of(seed));
    Policy policy = GENOMES.policy(genes);
    assertThat(policy.problems(PAPER)).isEmpty();
    int[] hot = new int[GENOMES.length()];
    int count = GENOMES.hot(genes, hot);
    assertThat(Arrays.copyOf(hot, count)).isEqualTo(PREDICTOR.encoding().hot(policy));
    assertThat(GENOMES.parse(GENOMES.text(genes))).isEqualTo(genes);
    Pricing pricing =
        new Pricing(
            problem(new Constraint(Metric.LATENCY, 1), new Constraint(Metric.MACS, 1)), GENOMES);
    assertThat(pricing.costs(genes)[0])
        .isCloseTo(COSTS.value(policy, Metric.LATENCY), Percentage.withPercentage(1e-9));
    assertThat(pricing.costs(genes)[1]).isEqualTo(COSTS.value(policy, Metric.MACS));
  }

  @Property
  void repairKeepsAnyLimitThatTheSpaceCanKeep(
      @ForAll long seed,
      @ForAll @DoubleRange(min = 0, max = 1) double tightness,
      @ForAll @IntRange(max = 4) int which,
      @ForAll boolean guided) {
    Metric metric = Metric.values()[which];
    double min = COSTS.table(metric).min();
    double limit = min + tightness * (COSTS.table(metric).max() - min);
    Pricing pricing = new Pricing(problem(new Constraint(metric, limit)), GENOMES);
    RandomStream random = RandomStream.of(seed);
    int[] genes = GENOMES.random(random);
    float[] gradient = guided ? gradient(genes) : null;
    double left = new Repair(GENOMES, pricing).repair(genes, gradient, random);
    assertThat(left).isZero();
    assertThat(pricing.violation(pricing.costs(genes))).isZero();
    assertThat(COSTS.value(GENOMES.policy(genes), metric)).isLessThanOrEqualTo(limit * (1 + 1e-9));
  }

  private static float[] gradient(int[] genes) {
    int[] hot = new int[GENOMES.length()];
    int count = GENOMES.hot(genes, hot);
    float[][] result = new float[1][PREDICTOR.encoding().features()];
    new Gradients(PREDICTOR).compute(new int[][] {hot}, new int[] {count}, 1, result);
    return result[0];
  }

  @Property
  void effectIsTheSumOverChangedFeatures(@ForAll long seed) {
    RandomStream random = RandomStream.of(seed);
    int[] genes = GENOMES.random(random);
    float[] weights = new float[PREDICTOR.encoding().features()];
    for (int f = 0; f < weights.length; f++) {
      weights[f] = (float) random.nextGaussian();
    }
    int gene = random.nextInt(GENOMES.length());
    int option = random.nextInt(GENOMES.options(gene));
    double before = linear(weights, genes);
    double effect = GENOMES.effect(weights, genes, gene, option);
    genes[gene] = option;
    assertThat(effect).isCloseTo(linear(weights, genes) - before, within(1e-4));
  }

  private static double linear(float[] weights, int[] genes) {
    int[] hot = new int[GENOMES.length()];
    int count = GENOMES.hot(genes, hot);
    return Arrays.stream(hot, 0, count).mapToDouble(f -> weights[f]).sum();
  }

  @Property
  void aPolicyBecomesAGenomeOfItself(@ForAll long seed) {
    RandomStream random = RandomStream.of(seed);
    Policy policy = GENOMES.policy(GENOMES.random(random));
    assertThat(GENOMES.policy(GENOMES.of(policy, random))).isEqualTo(policy);
  }

  @Property
  void variationStaysInTheSpaceAndChangesSomething(@ForAll long seed, @ForAll boolean cross) {
    Variation variation = new Variation(GENOMES, 0.02, Set.of());
    RandomStream random = RandomStream.of(seed);
    int[] mother = GENOMES.random(random);
    int[] father = GENOMES.random(random);
    int[] child = cross ? variation.cross(mother, father, random) : mother.clone();
    for (int g = 0; g < child.length; g++) {
      assertThat(child[g]).isIn(mother[g], father[g]);
    }
    long before = GENOMES.fingerprint(child);
    variation.mutate(child, null, random);
    assertThat(GENOMES.fingerprint(child)).isNotEqualTo(before);
    assertThat(GENOMES.policy(child).problems(PAPER)).isEmpty();
  }

  @Property(tries = 30)
  void rankingPutsEveryDominatorFirst(@ForAll long seed) {
    RandomStream random = RandomStream.of(seed);
    Ranking ranking = new Ranking(new int[] {0, 1});
    List<Individual> individuals = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double[] costs = {random.nextInt(8), random.nextInt(8)};
      double violation = random.nextInt(3) == 0 ? random.nextInt(3) : 0;
      individuals.add(new Individual(new int[0], i, costs, violation, random.nextInt(8)));
    }
    ranking.rank(individuals);
    for (int i = 0; i < individuals.size(); i++) {
      for (int j = i + 1; j < individuals.size(); j++) {
        assertThat(ranking.dominates(individuals.get(j), individuals.get(i))).isFalse();
      }
    }
  }

  @Test
  void muchTighterLimitsNeverGiveMoreAccuracyOnATrainedPredictor() throws IOException {
    SearchSpace digits = Presets.named("digits").orElseThrow();
    Predictor trained =
        Predictor.load(
            Golden.predictorWeights().resolveSibling("digits-predictor.safetensors"),
            new Encoding(digits));
    CostModel costs =
        new CostModel(digits, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
    for (Metric metric : List.of(Metric.BIT_OPS, Metric.LATENCY)) {
      for (long seed = 1; seed <= 2; seed++) {
        double previous = Double.NEGATIVE_INFINITY;
        for (double factor : new double[] {1.2, 1.8, 2.7, 4, 6, 9, 14}) {
          Constraint limit = new Constraint(metric, costs.table(metric).min() * factor);
          SearchOutcome outcome =
              Search.run(
                  new SearchProblem(trained, costs, List.of(limit), List.of()),
                  new SearchSettings(50, 500, 0.015, 0.9, seed, true),
                  null,
                  SearchListener.SILENT);
          double accuracy = ((SearchOutcome.Feasible) outcome).best().accuracy();
          assertThat(accuracy)
              .as("%s, seed %s, %s times the minimum", metric, seed, factor)
              .isGreaterThanOrEqualTo(previous);
          previous = accuracy;
        }
      }
    }
  }

  @Test
  void scheduleScoutsTighterLimitsOnASharedGridAndMergesBeforeTheEnd() {
    Schedule schedule = new Schedule(new double[] {3}, new double[] {20}, 80, true);
    assertThat(schedule.limits(1)).containsExactly(20);
    List<Double> scouted = new ArrayList<>();
    for (int generation = 1; generation <= 80; generation++) {
      if (schedule.startsScout(generation)) {
        scouted.add(schedule.limits(generation)[0]);
      }
    }
    assertThat(scouted).hasSize(5).isSorted().contains(6.0, 12.0);
    assertThat(schedule.merges(73)).isTrue();
    assertThat(schedule.restarts(20, 9)).isFalse();
    assertThat(schedule.restarts(20, 10)).isTrue();
    assertThat(schedule.restarts(70, 10)).isFalse();
    assertThat(schedule.limits(73)).containsExactly(20);
    Schedule tight = new Schedule(new double[] {3}, new double[] {4.5}, 80, true);
    for (int generation = 1; generation <= 80; generation++) {
      assertThat(tight.startsScout(generation)).isFalse();
    }
  }

  @Test
  void limitsThatFailOnlyTogetherAreReportedWithTheNearestPolicy() {
    SearchOutcome outcome =
        Search.run(
            problem(new Constraint(Metric.LATENCY, 4.14), new Constraint(Metric.BIT_OPS, 5.0903)),
            new SearchSettings(20, 5, 0.015, 0.9, 1, true),
            null,
            SearchListener.SILENT);
    if (outcome instanceof SearchOutcome.Infeasible infeasible) {
      assertThat(infeasible.shortfalls()).isNotEmpty().noneMatch(SearchOutcome.Shortfall::alone);
      assertThat(infeasible.message()).contains("under all limits together");
    } else {
      Candidate best = ((SearchOutcome.Feasible) outcome).best();
      assertThat(best.costs().get(Metric.LATENCY)).isLessThanOrEqualTo(4.14 * (1 + 1e-9));
    }
  }

  @Test
  void aSpaceWithOnePolicyIsSearchedToItsEnd() throws IOException {
    SearchSpace single =
        new SearchSpace(
            "single",
            8,
            1,
            2,
            new Stem(8, 3, 1),
            null,
            List.of(new StageSpace(8, 1, 1, 1, List.of(3), "1", "1", 8)),
            8,
            List.of(8));
    Encoding encoding = new Encoding(single);
    Predictor predictor = Predictor.of(constantWeights(encoding), encoding);
    CostModel costs =
        new CostModel(single, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
    SearchOutcome outcome =
        Search.run(
            new SearchProblem(predictor, costs, List.of(), List.of()),
            new SearchSettings(10, 3, 0.02, 0.9, 1, true),
            null,
            SearchListener.SILENT);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SearchOutcome.Feasible.class,
            feasible -> assertThat(feasible.best().accuracy()).isEqualTo(0.5));
  }

  private static Map<String, FloatTensor> constantWeights(Encoding encoding) {
    Map<String, FloatTensor> weights = new TreeMap<>();
    int[][] shapes = {{4, encoding.architectureFeatures()}, {4, 4}, {4, 4}};
    for (int layer = 0; layer < 3; layer++) {
      int[] shape = shapes[layer];
      weights.put("hidden." + layer + ".weight", zeros(shape));
      weights.put("hidden." + layer + ".bias", zeros(4));
    }
    weights.put("bits.weight", zeros(4, encoding.bitFeatures()));
    weights.put("bits.bias", zeros(4));
    weights.put("output.weight", zeros(1, 4));
    weights.put("output.bias", new FloatTensor(new int[] {1}, new float[] {0.5f}));
    return weights;
  }

  private static FloatTensor zeros(int... shape) {
    return new FloatTensor(shape, new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)]);
  }
}
