package dev.apq.benchmarks;

import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.CostTable;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.search.Constraint;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchSettings;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Counts answers that are less accurate than the one under the next tighter limit, which a perfect
 * search never gives. The limits rise evenly from the least to the greatest cost of the space.
 */
@Command(
    name = "tighter-limits",
    description = "Counts answers that a tighter limit beats, by metric and generations.")
final class TighterLimits implements Callable<Integer> {
  private static final int LIMITS = 20;
  private static final int POPULATION = 50;

  @Option(names = "--weights", description = "Predictor of the space (default: ${DEFAULT-VALUE}).")
  private Path weights = Path.of("core/src/test/resources/golden/digits-predictor.safetensors");

  @Option(names = "--space", description = "Preset space (default: ${DEFAULT-VALUE}).")
  private String preset = "digits";

  @Option(names = "--seeds", description = "Runs with seeds 1 to n (default: ${DEFAULT-VALUE}).")
  private int seeds = 5;

  @Override
  public Integer call() throws Exception {
    SearchSpace space =
        Presets.named(preset)
            .orElseThrow(() -> new IllegalArgumentException("--space: one of " + Presets.names()));
    Predictor predictor = Predictor.load(weights, new Encoding(space));
    CostModel costs =
        new CostModel(space, new BitFusion(HardwareProfile.bitfusion()), LayerSet.COMPLETE);
    Table table = new Table(System.out);
    table.section("Answers that the next tighter limit beats, " + preset);
    for (int generations : new int[] {40, 200, 500}) {
      for (Metric metric : List.of(Metric.BIT_OPS, Metric.LATENCY)) {
        table.row(
            metric + ", " + generations + " generations",
            String.valueOf(beaten(predictor, costs, metric, generations)),
            String.format(Locale.ROOT, "of %d answers", seeds * LIMITS));
      }
    }
    return 0;
  }

  private int beaten(Predictor predictor, CostModel costs, Metric metric, int generations) {
    CostTable prices = costs.table(metric);
    SearchSettings settings = SearchSettings.DEFAULTS.withBudget(POPULATION, generations);
    int beaten = 0;
    for (int seed = 1; seed <= seeds; seed++) {
      double tighter = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < LIMITS; i++) {
        double share = (double) i / (LIMITS - 1);
        double limit = prices.min() + share * (prices.max() - prices.min());
        SearchProblem problem =
            new SearchProblem(predictor, costs, List.of(new Constraint(metric, limit)), List.of());
        double best = Searches.run(problem, settings.withSeed(seed)).best();
        beaten += best < tighter ? 1 : 0;
        tighter = best;
      }
    }
    return beaten;
  }
}
