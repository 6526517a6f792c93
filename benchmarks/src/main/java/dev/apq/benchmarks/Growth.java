package dev.apq.benchmarks;

import dev.apq.core.cost.BitFusion;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.HardwareProfile;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Encoding;
import dev.apq.core.search.Constraint;
import dev.apq.core.search.SearchProblem;
import dev.apq.core.search.SearchSettings;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How a search's CPU time grows with its budget and with the space. */
final class Growth {
  private static final int GENERATIONS = 100;

  private Growth() {}

  /**
   * One point.
   *
   * @param what the quantity that grows
   * @param value its value
   * @param evaluations predictor evaluations
   * @param cpuSeconds CPU time of the warm search
   */
  record Point(String what, int value, long evaluations, double cpuSeconds) {}

  static List<Point> measure(Workload workload) throws IOException {
    List<Point> points = new ArrayList<>();
    SearchProblem problem = workload.within(9);
    for (int population : new int[] {50, 100, 200, 400, 800}) {
      points.add(point("population", population, problem, population, GENERATIONS));
    }
    for (int generations : new int[] {50, 100, 200, 400, 800}) {
      points.add(point("generations", generations, problem, 100, generations));
    }
    for (int depth : new int[] {2, 4, 6, 8}) {
      SearchProblem deeper = withDepth(workload.costs().space(), depth);
      points.add(point("blocks", deeper.space().blocks().size(), deeper, 100, GENERATIONS));
    }
    return points;
  }

  private static Point point(
      String what, int value, SearchProblem problem, int population, int generations) {
    SearchSettings settings = Searches.settings(1).withBudget(population, generations);
    List<Double> seconds = new ArrayList<>();
    long evaluations = 0;
    for (int repeat = 0; repeat < 3; repeat++) {
      Searches.Result result = Searches.run(problem, settings);
      seconds.add(result.cpuSeconds());
      evaluations = result.evaluations();
    }
    return new Point(what, value, evaluations, Summary.of(seconds).min());
  }

  /** The same space with another greatest depth per stage, limited half-way between its bounds. */
  private static SearchProblem withDepth(SearchSpace space, int depth) throws IOException {
    List<StageSpace> stages = space.stages().stream().map(stage -> deepened(stage, depth)).toList();
    SearchSpace deeper =
        new SearchSpace(
            space.name() + "-" + depth,
            space.resolution(),
            space.inputChannels(),
            space.classes(),
            space.stem(),
            space.firstBlock(),
            stages,
            space.headChannels(),
            space.bitWidths());
    HardwareProfile profile = HardwareProfile.bitfusion();
    CostModel costs = new CostModel(deeper, new BitFusion(profile), LayerSet.COMPLETE);
    double min = costs.table(Metric.LATENCY).min();
    double max = costs.table(Metric.LATENCY).max();
    return new SearchProblem(
        RandomPredictor.of(new Encoding(deeper), 1),
        costs,
        List.of(new Constraint(Metric.LATENCY, min + (max - min) / 4)),
        List.of());
  }

  private static StageSpace deepened(StageSpace stage, int depth) {
    if (stage.maxDepth() == 1) {
      return stage;
    }
    return new StageSpace(
        stage.channels(),
        stage.stride(),
        stage.minDepth(),
        depth,
        stage.kernelSizes(),
        stage.minExpandRatio(),
        stage.maxExpandRatio(),
        stage.widthStep());
  }
}
