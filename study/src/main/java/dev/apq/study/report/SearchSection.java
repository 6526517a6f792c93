package dev.apq.study.report;

import dev.apq.study.search.SearchPlan;
import dev.apq.study.search.SearchResult;
import dev.apq.study.search.SearchResult.Found;
import dev.apq.study.search.SearchResult.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Joint search against chains and against ignoring bits: tables and a chart. */
final class SearchSection {
  private static final double PERCENT = 100;

  private final SearchPlan plan;
  private final SearchResult result;
  private final String command;

  SearchSection(SearchPlan plan, SearchResult result, String command) {
    this.plan = plan;
    this.result = result;
    this.command = command;
  }

  /**
   * @param figures receives SVG documents by file name
   */
  void write(Markdown page, Map<String, String> figures) {
    page.heading(2, "Joint search against the sequential chain");
    page.paragraph(
        String.format(
            Locale.ROOT,
            "Every network keeps the latency limit (BitFusion model, all layers), was fine-tuned"
                + " for %d steps with its quantizers active, on the same batches for all methods,"
                + " and measured on %d test images that nothing else reads. A single accuracy has a"
                + " binomial standard error of about %.1f points. Mean and 95 %% interval over %d"
                + " seeds, each with predictors, searches and fine-tuning of its own; differences"
                + " are paired by seed.",
            plan.finetuneSteps(),
            result.testImages(),
            PERCENT * binomialError(),
            plan.seeds()));
    page.paragraph(
        "A chain chooses depths, kernel sizes and widths at 8 bit with the full-precision predictor,"
            + " then prunes the widths of that architecture at 8 bit with the same predictor, then"
            + " chooses bit widths with the transferred predictor. `a / b / 1` says what its steps"
            + " may cost in units of the limit: `1 / 1 / 1` holds every step to the limit itself, the"
            + " others trust later steps to make the network cheaper.");
    for (int limit = 0; limit < result.limitsMs().size(); limit++) {
      limit(page, limit);
    }
    figures.put("search-accuracy.svg", chart().svg());
    page.image("search-accuracy.svg", "Test accuracy against the latency limit");
    page.command(command);
    overall(page);
    page.heading(2, "Marginal cost of a new target");
    cost(page);
  }

  private double binomialError() {
    double accuracy =
        result.runs().stream()
            .flatMap(run -> Stream.ofNullable(run.found()))
            .mapToDouble(Found::accuracy)
            .average()
            .orElse(0);
    return Math.sqrt(accuracy * (1 - accuracy) / result.testImages());
  }

  private void limit(Markdown page, int limit) {
    page.heading(
        3, String.format(Locale.ROOT, "Latency at most %.4f ms", result.limitsMs().get(limit)));
    List<List<String>> rows = new ArrayList<>();
    for (String method : result.methods()) {
      rows.add(row(method, limit));
    }
    page.table(
        List.of(
            "method",
            "test accuracy, %",
            "joint less this, points",
            "latency, ms",
            "MACs, M",
            "mean bits"),
        rows);
    page.command(command);
  }

  private List<String> row(String method, int limit) {
    List<Found> found = found(method, limit).toList();
    if (found.size() < plan.seeds()) {
      return List.of(
          method,
          found.size() + " of " + plan.seeds() + " seeds have a network within the limit",
          "",
          "",
          "",
          "");
    }
    return List.of(
        method,
        accuracy(method, limit).text(PERCENT, 2),
        method.equals(SearchResult.JOINT) ? "" : difference(method, limit).text(PERCENT, 2),
        mean("%.4f", found.stream().mapToDouble(Found::latencyMs).toArray()),
        mean("%.3f", found.stream().mapToDouble(Found::macs).toArray()),
        mean("%.2f", found.stream().mapToDouble(Found::meanBits).toArray()));
  }

  private static String mean(String format, double[] values) {
    return String.format(Locale.ROOT, format, Estimate.of(values).mean());
  }

  private Stream<Found> found(String method, int limit) {
    return IntStream.range(0, plan.seeds())
        .mapToObj(seed -> result.run(method, limit, seed))
        .flatMap(Optional::stream)
        .flatMap(run -> Stream.ofNullable(run.found()));
  }

  private boolean complete(String method, int limit) {
    return found(method, limit).count() == plan.seeds();
  }

  private Estimate accuracy(String method, int limit) {
    return Estimate.of(found(method, limit).mapToDouble(Found::accuracy).toArray());
  }

  /** Joint less another method, paired by seed. */
  private Estimate difference(String method, int limit) {
    return Estimate.of(differences(method, limit));
  }

  private double[] differences(String method, int limit) {
    double[] joint = found(SearchResult.JOINT, limit).mapToDouble(Found::accuracy).toArray();
    double[] other = found(method, limit).mapToDouble(Found::accuracy).toArray();
    return IntStream.range(0, joint.length).mapToDouble(i -> joint[i] - other[i]).toArray();
  }

  /** The chain with the highest mean accuracy at a limit: chosen with hindsight, in its favour. */
  private Optional<String> bestChain(int limit) {
    return result.methods().stream()
        .filter(method -> method.startsWith(SearchResult.CHAIN) && complete(method, limit))
        .max(Comparator.comparingDouble(method -> accuracy(method, limit).mean()));
  }

  private LineChart chart() {
    List<LineChart.Series> series = new ArrayList<>();
    for (String method : result.methods()) {
      series.add(
          new LineChart.Series(
              method,
              IntStream.range(0, result.limitsMs().size())
                  .filter(limit -> complete(method, limit))
                  .mapToObj(
                      limit ->
                          LineChart.Point.of(
                              result.limitsMs().get(limit), accuracy(method, limit), PERCENT))
                  .toList()));
    }
    return new LineChart(
        "Final networks, measured",
        "latency limit, ms",
        "test accuracy, %",
        true,
        result.limitsMs(),
        series);
  }

  private void overall(Markdown page) {
    List<List<String>> rows = new ArrayList<>();
    List<double[]> againstBest = new ArrayList<>();
    List<double[]> againstIgnored = new ArrayList<>();
    for (int limit = 0; limit < result.limitsMs().size(); limit++) {
      int index = limit;
      Optional<String> best = bestChain(limit);
      if (complete(SearchResult.JOINT, limit)) {
        best.ifPresent(
            chain -> {
              againstBest.add(differences(chain, index));
              rows.add(
                  List.of(
                      String.format(Locale.ROOT, "%.4f ms", result.limitsMs().get(index)),
                      "best " + chain,
                      difference(chain, index).text(PERCENT, 2)));
            });
        if (complete(SearchResult.BITS_IGNORED, limit)) {
          againstIgnored.add(differences(SearchResult.BITS_IGNORED, limit));
        }
      }
    }
    rows.add(List.of("all limits", "best chain of each", over(againstBest)));
    rows.add(List.of("all limits", SearchResult.BITS_IGNORED, over(againstIgnored)));
    page.paragraph(
        "Joint search less the others. The best hand-down of the chain is chosen at each limit with"
            + " hindsight, by measured test accuracy, which favours the chain.");
    page.table(List.of("limit", "against", "joint less this, points"), rows);
    page.command(command);
  }

  private static String over(List<double[]> differences) {
    double[] all = differences.stream().flatMapToDouble(Arrays::stream).toArray();
    return all.length == 0 ? "nothing to compare" : Estimate.of(all).text(PERCENT, 2);
  }

  private void cost(Markdown page) {
    double joint = Objects.requireNonNull(cost(SearchResult.JOINT)).total();
    List<List<String>> rows = new ArrayList<>();
    double allChains = 0;
    for (String method : result.methods()) {
      Cost cost = cost(method);
      if (cost != null) {
        rows.add(cost.row(method, joint));
        allChains += method.startsWith(SearchResult.CHAIN) ? cost.total() : 0;
      }
    }
    rows.add(
        List.of(
            "all chains, to keep the best",
            "",
            "",
            String.format(Locale.ROOT, "%.1f", allChains),
            String.format(Locale.ROOT, "%.1f", allChains / joint)));
    page.paragraph(
        "CPU seconds of this process per target, median over limits and seeds; fine-tuning includes"
            + " measuring on the test images. Supernet, samples and predictors are shared by all"
            + " methods and not part of it.");
    page.table(
        List.of("method", "search", "fine-tuning", "together", "times the joint search"), rows);
    page.command(command);
  }

  private record Cost(double search, double finetuning) {
    double total() {
      return search + finetuning;
    }

    List<String> row(String method, double joint) {
      return List.of(
          method,
          String.format(Locale.ROOT, "%.2f", search),
          String.format(Locale.ROOT, "%.1f", finetuning),
          String.format(Locale.ROOT, "%.1f", total()),
          String.format(Locale.ROOT, "%.2f", total() / joint));
    }
  }

  private @Nullable Cost cost(String method) {
    List<Run> runs =
        result.runs().stream()
            .filter(run -> run.method().equals(method) && run.found() != null)
            .toList();
    return runs.isEmpty()
        ? null
        : new Cost(
            median(runs.stream().mapToDouble(Run::searchCpuSeconds).toArray()),
            median(
                runs.stream()
                    .flatMap(run -> Stream.ofNullable(run.found()))
                    .mapToDouble(Found::finetuneCpuSeconds)
                    .toArray()));
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
