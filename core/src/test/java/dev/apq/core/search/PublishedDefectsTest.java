package dev.apq.core.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.CostTable;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.Metric;
import dev.apq.core.cost.ReferenceNetworks;
import dev.apq.core.golden.Golden;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Defects that were measured in the code published with the paper, and that ours must not have. */
class PublishedDefectsTest {
  private static final SearchSpace PAPER = Presets.named("apq-imagenet").orElseThrow();
  private static final BitFusion DEVICE = new BitFusion(HardwareProfile.bitfusion());
  private static final CostModel COSTS = new CostModel(PAPER, DEVICE, LayerSet.PAPER_COMPATIBLE);
  private static final Predictor PREDICTOR = predictor();

  private final Genomes genomes = new Genomes(PREDICTOR.encoding());

  private static Predictor predictor() {
    try {
      return Predictor.load(Golden.predictorWeights(), new Encoding(PAPER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SearchProblem limitedTo(double milliseconds) {
    return new SearchProblem(
        PREDICTOR, COSTS, List.of(new Constraint(Metric.LATENCY, milliseconds)), List.of());
  }

  @Test
  void defect1BitsReachThePredictor() {
    int distinct = 0;
    for (int i = 0; i < 50; i++) {
      Policy policy = new Sampler(PAPER).quantized(RandomStream.of(1, i));
      int active = policy.architecture().activeBlocks();
      float four =
          PREDICTOR.predict(new Policy(policy.architecture(), Quantization.uniform(active, 4)));
      float eight =
          PREDICTOR.predict(new Policy(policy.architecture(), Quantization.uniform(active, 8)));
      distinct += Math.abs(four - eight) > 1e-4 ? 1 : 0;
    }
    assertThat(distinct).isEqualTo(50);
  }

  @Test
  void defect2CrossoverChildrenEnterThePopulationAndNoSeedIsLost() {
    SearchSettings crossoverOnly = new SearchSettings(40, 30, 0, 1, 1, false);
    SearchRun run = new SearchRun(limitedTo(9), crossoverOnly);
    run.step();
    Checkpoint first = run.checkpoint();
    assertThat(first.population()).hasSize(40);
    while (!run.done()) {
      run.step();
    }
    Set<String> survivors = new HashSet<>(run.checkpoint().population());
    survivors.removeAll(first.population());
    assertThat(survivors).hasSizeGreaterThan(30);
  }

  @Test
  void defect3MutationChangesDepth() {
    Variation variation = new Variation(genomes, 0.05, Set.of());
    int changed = 0;
    for (int i = 0; i < 300; i++) {
      RandomStream random = RandomStream.of(2, i);
      int[] genes = genomes.random(random);
      List<Integer> before = genomes.policy(genes).architecture().depths();
      variation.mutate(genes, null, random);
      changed += genomes.policy(genes).architecture().depths().equals(before) ? 0 : 1;
    }
    assertThat(changed).isGreaterThan(30);
  }

  @Test
  void defect4ValidityIsJudgedOnActiveBlocksOnly() {
    Policy policy = new Sampler(PAPER).quantized(RandomStream.of(3));
    assertThat(policy.problems(PAPER)).isEmpty();
    int[] genes = genomes.random(RandomStream.of(4));
    long fingerprint = genomes.fingerprint(genes);
    Policy before = genomes.policy(genes);
    for (int gene = 0; gene < genomes.length(); gene++) {
      if (!genomes.expressed(genes, gene)) {
        genes[gene] = (genes[gene] + 1) % genomes.options(gene);
      }
    }
    assertThat(genomes.policy(genes)).isEqualTo(before);
    assertThat(genomes.fingerprint(genes)).isEqualTo(fingerprint);
  }

  @Test
  void defect5EveryFeasibleLimitSeedsAndInfeasibleOnesAreReported() {
    for (double limit : new double[] {2.9593, 3.2, 5, 6.11}) {
      SearchRun run =
          new SearchRun(limitedTo(limit), new SearchSettings(50, 0, 0.02, 0.5, 1, true));
      run.step();
      assertThat(run.checkpoint().population())
          .as("at %s ms", limit)
          .hasSizeGreaterThanOrEqualTo(limit < 3 ? 1 : 50);
      assertThat(run.progress().best()).isNotNull();
    }
    SearchOutcome outcome =
        Search.run(limitedTo(2.9), SearchSettings.DEFAULTS, null, SearchListener.SILENT);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            SearchOutcome.Infeasible.class,
            infeasible ->
                assertThat(infeasible.shortfalls().get(0).nearestFeasible())
                    .isCloseTo(2.959, within(1e-3)));
  }

  @Test
  void defect6SearchAndBaselineCanBeCostedOverTheSameLayers() {
    CostModel complete = new CostModel(PAPER, DEVICE, LayerSet.COMPLETE);
    Policy policy = Golden.all().get(0).policy();
    assertThat(complete.value(policy, Metric.LATENCY) - COSTS.value(policy, Metric.LATENCY))
        .isCloseTo(1.180, within(1e-3));
    double completeBaseline = complete.cost(ReferenceNetworks.mobileNetV2(8)).latencyMs();
    double searchBaseline = COSTS.cost(ReferenceNetworks.mobileNetV2(8)).latencyMs();
    assertThat(completeBaseline - searchBaseline).isCloseTo(1.180, within(1e-3));
  }

  @Test
  void defect7SearchesAreSeededResumableMultiplyLimitedAndGiveAFront() {
    SearchSettings settings = new SearchSettings(20, 6, 0.02, 0.9, 11, true);
    SearchProblem problem =
        new SearchProblem(
            PREDICTOR,
            COSTS,
            List.of(new Constraint(Metric.LATENCY, 12), new Constraint(Metric.MODEL_SIZE, 4)),
            List.of(Metric.LATENCY, Metric.ENERGY));
    SearchOutcome once = Search.run(problem, settings, null, SearchListener.SILENT);
    assertThat(Search.run(problem, settings, null, SearchListener.SILENT)).isEqualTo(once);
    SearchOutcome.Stopped stopped =
        (SearchOutcome.Stopped) Search.run(problem, settings, null, p -> p.generation() < 3);
    assertThat(Search.run(problem, settings, stopped.checkpoint(), SearchListener.SILENT))
        .isEqualTo(once);
    assertThat(((SearchOutcome.Feasible) once).front()).hasSizeGreaterThan(5);
    assertThat(Search.run(problem, settings.withSeed(12), null, SearchListener.SILENT))
        .isNotEqualTo(once);
  }

  @Test
  void defect8CostsAreNeitherTakenAsMonotoneNorInterpolated() {
    // More bits may lower the energy, because another tiling becomes the fastest.
    CostTable table = COSTS.table(Metric.ENERGY);
    assertThat(nonMonotoneSteps(table)).isPositive();
    // So bounds are found by looking at every option.
    double least = Double.POSITIVE_INFINITY;
    for (int width = 0; width < PAPER.blocks().get(0).widths().size(); width++) {
      for (int kernel = 0; kernel < 3; kernel++) {
        for (int bits = 0; bits < 81; bits++) {
          least =
              Math.min(
                  least,
                  table.block(
                      0, kernel, width, bits % 3, bits / 3 % 3, bits / 9 % 3, bits / 27 % 3));
        }
      }
    }
    assertThat(table.cheapest(0).raw()).isEqualTo(least);
    // And six bits cost neither what four nor what eight cost, nor the mean of both.
    double four = DEVICE.price(new LayerShape(320, 1280, 7, 1, 1, 1, 4, 4)).latencyMs();
    double six = DEVICE.price(new LayerShape(320, 1280, 7, 1, 1, 1, 6, 6)).latencyMs();
    double eight = DEVICE.price(new LayerShape(320, 1280, 7, 1, 1, 1, 8, 8)).latencyMs();
    assertThat(six).isBetween(four, eight);
    assertThat(eight - six).isLessThan(0.25 * (eight - four));
  }

  private static int nonMonotoneSteps(CostTable table) {
    int steps = 0;
    for (int block = 0; block < PAPER.blocks().size(); block++) {
      int widths = PAPER.blocks().get(block).widths().size();
      for (int width = 0; width < widths; width++) {
        for (int weight = 0; weight < 2; weight++) {
          for (int activation = 0; activation < 3; activation++) {
            double fewer = table.block(block, 0, width, weight, activation, 0, 0);
            double more = table.block(block, 0, width, weight + 1, activation, 0, 0);
            double fewerToo = table.block(block, 0, width, activation, weight, 0, 0);
            double moreToo = table.block(block, 0, width, activation, weight + 1, 0, 0);
            steps += (more < fewer ? 1 : 0) + (moreToo < fewerToo ? 1 : 0);
          }
        }
      }
    }
    return steps;
  }
}
