package dev.apq.benchmarks;

import dev.apq.core.artifact.Json;
import dev.apq.core.search.SearchProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One measurement in this JVM, printed as a line of JSON: what {@link Report} runs on each JDK. */
@Command(name = "measure", description = "Makes one measurement and prints it as JSON.")
final class Measure implements Callable<Integer> {
  private static final int WARM_SEARCHES = 8;
  private static final int SEEDING_CANDIDATES = 2000;

  @Parameters(description = "One of: ${COMPLETION-CANDIDATES}.")
  private Measurement measurement = Measurement.PREDICTOR;

  @Option(names = "--weights", required = true, description = "Predictor of apq-imagenet.")
  private Path weights = Path.of("predictor.safetensors");

  @Option(names = "--limit", description = "Latency limit in ms (default: ${DEFAULT-VALUE}).")
  private double limit = Report.LIMIT_MS;

  @Option(names = "--seeds", description = "Runs with seeds 1 to n (default: ${DEFAULT-VALUE}).")
  private int seeds = 10;

  /**
   * First and later searches in one JVM.
   *
   * @param processSeconds CPU time from the start of the JVM to the end of the first search
   * @param pricingSeconds CPU time of pricing the whole space before it
   * @param first CPU time of the first search alone
   * @param warm CPU times of the later ones
   * @param evaluations predictor evaluations of a search
   */
  record SearchTimes(
      double processSeconds,
      double pricingSeconds,
      double first,
      List<Double> warm,
      long evaluations) {}

  /** CPU microseconds per candidate, cold first population and warm, by limit in ms. */
  record Seeding(double limitMs, double coldMicros, double warmMicros) {}

  /** Best accuracies of the constrained search and hypervolumes of the front, by seed. */
  record Quality(List<Double> best, List<Double> hypervolume, List<Double> frontSeconds) {}

  @Override
  public Integer call() throws IOException {
    Workload workload = Workload.load(weights);
    Object result =
        switch (measurement) {
          case PREDICTOR -> predictor(workload);
          case HASHES -> Reproducibility.hashes(workload.predictor());
          case SEARCH -> search(workload);
          case SEEDING -> seeding(workload);
          case GROWTH -> Growth.measure(workload);
          case QUALITY -> quality(workload);
          case ABLATION -> new Ablation(workload, limit, seeds).measure();
        };
    System.out.println(new String(Json.bytes(result), StandardCharsets.UTF_8));
    return 0;
  }

  private static List<PredictorSpeed.Result> predictor(Workload workload) {
    List<PredictorSpeed.Result> results = new ArrayList<>();
    for (int batch : new int[] {100, 50, 10, 1}) {
      results.add(PredictorSpeed.measure(workload.predictor(), batch));
    }
    return results;
  }

  private SearchTimes search(Workload workload) {
    SearchProblem problem = workload.within(limit);
    double start = CpuClock.processSeconds();
    problem.metrics().forEach(workload.costs()::table);
    double pricing = CpuClock.processSeconds() - start;
    Searches.Result first = Searches.run(problem, Searches.settings(1));
    double process = CpuClock.processSeconds();
    List<Double> warm = new ArrayList<>();
    for (int i = 0; i < WARM_SEARCHES; i++) {
      warm.add(Searches.run(problem, Searches.settings(2 + i)).cpuSeconds());
    }
    return new SearchTimes(process, pricing, first.cpuSeconds(), warm, first.evaluations());
  }

  private static List<Seeding> seeding(Workload workload) {
    List<Seeding> results = new ArrayList<>();
    for (double limitMs : new double[] {5, 9}) {
      SearchProblem problem = workload.within(limitMs);
      double cold = Searches.seedingSeconds(problem, SEEDING_CANDIDATES, 1);
      double warm = cold;
      for (int seed = 2; seed < 12; seed++) {
        warm = Math.min(warm, Searches.seedingSeconds(problem, SEEDING_CANDIDATES, seed));
      }
      results.add(new Seeding(limitMs, cold * 1e6, warm * 1e6));
    }
    return results;
  }

  private Quality quality(Workload workload) {
    List<Double> best = new ArrayList<>();
    List<Double> hypervolume = new ArrayList<>();
    List<Double> seconds = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      best.add(Searches.run(workload.within(limit), Searches.settings(seed)).best());
      Searches.Result front = Searches.run(workload.front(), Searches.settings(seed));
      hypervolume.add(front.hypervolume());
      seconds.add(front.cpuSeconds());
    }
    return new Quality(best, hypervolume, seconds);
  }
}
