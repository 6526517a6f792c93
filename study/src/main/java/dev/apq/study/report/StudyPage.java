package dev.apq.study.report;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Json;
import dev.apq.study.StudyPlan;
import dev.apq.study.StudyResults;
import dev.apq.study.search.SearchResult;
import dev.apq.study.transfer.TransferResult;
import dev.apq.worker.supernet.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes a study's results: {@code results.json}, {@code README.md} and its figures. */
public final class StudyPage {
  private static final double PERCENT = 100;
  private static final double HOUR = 3600;

  private StudyPage() {}

  /**
   * Writes or replaces all files.
   *
   * @param folder made when missing
   * @param command that repeats the study
   */
  public static void write(StudyResults results, Path folder, String command) throws IOException {
    Map<String, String> figures = new TreeMap<>();
    String page = page(results, command, figures);
    for (Map.Entry<String, String> figure : figures.entrySet()) {
      AtomicFiles.write(
          folder.resolve(figure.getKey()), figure.getValue().getBytes(StandardCharsets.UTF_8));
    }
    AtomicFiles.write(folder.resolve("README.md"), page.getBytes(StandardCharsets.UTF_8));
    byte[] json = Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(results);
    AtomicFiles.write(folder.resolve("results.json"), json);
  }

  private static String page(StudyResults results, String command, Map<String, String> figures) {
    Markdown page = new Markdown();
    StudyPlan plan = results.plan();
    page.heading(1, "Reproduction study: " + plan.name());
    page.paragraph(
        "Written by the command named below every table and figure; numbers and plan are in"
            + " [results.json](results.json). Equal inputs give equal numbers except for CPU"
            + " seconds.");
    supernet(page, results, command);
    TransferResult transfer = results.transfer();
    if (transfer != null) {
      new TransferSection(plan.transfer(), command, figures).write(page, transfer);
    }
    SearchResult search = results.search();
    if (search != null) {
      new SearchSection(plan.search(), search, command).write(page, figures);
    }
    cost(page, results, command);
    return page.toString();
  }

  private static void supernet(Markdown page, StudyResults results, String command) {
    Health health = results.health();
    var worker = results.plan().worker();
    page.heading(2, "Supernet");
    page.paragraph(
        String.format(
            Locale.ROOT,
            "Space `%s`: %d pixels, %.1e architectures, %.1e policies. %d epochs; %d full-precision"
                + " and %d quantized samples, each measured on %d validation images.",
            worker.space().name(),
            worker.space().resolution(),
            worker.space().architectureCount().doubleValue(),
            worker.space().policyCount().doubleValue(),
            worker.recipe().epochs(),
            worker.collection().fullPrecisionSamples(),
            worker.collection().quantizedSamples(),
            health.images()));
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("largest subnet", percent(health.largest())));
    rows.add(List.of("smallest subnet", percent(health.smallest())));
    rows.add(
        List.of(
            health.random().size() + " random subnets",
            percent(health.randomMin()) + " to " + percent(health.randomMax())));
    double error = Math.sqrt(health.largest() * (1 - health.largest()) / health.images());
    rows.add(
        List.of(
            "largest less smallest, in binomial standard errors",
            String.format(Locale.ROOT, "%.1f", (health.largest() - health.smallest()) / error)));
    health
        .effects()
        .forEach((factor, gain) -> rows.add(List.of("more " + factor + " alone", percent(gain))));
    rows.add(
        List.of(
            "health check",
            health.healthy() ? "passed" : "FAILED: " + String.join("; ", health.problems())));
    page.table(List.of("figure", "value"), rows);
    page.command(command);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", PERCENT * share);
  }

  private static void cost(Markdown page, StudyResults results, String command) {
    page.heading(2, "What the study cost");
    List<List<String>> rows = new ArrayList<>();
    double total = 0;
    for (Map.Entry<String, Double> entry : results.cpuSeconds().entrySet()) {
      rows.add(
          List.of(entry.getKey(), String.format(Locale.ROOT, "%.3f", entry.getValue() / HOUR)));
      total += entry.getValue();
    }
    rows.add(List.of("together", String.format(Locale.ROOT, "%.3f", total / HOUR)));
    page.table(List.of("part", "CPU-hours"), rows);
    page.command(command);
  }
}
