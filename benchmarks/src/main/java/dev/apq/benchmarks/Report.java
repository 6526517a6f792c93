package dev.apq.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints one table: speed on every JDK, quality over seeds, and the Python searches beside. */
@Command(name = "report", description = "Prints the whole table (the default).")
final class Report implements Callable<Integer> {
  /** Latency limit of the quality comparison, in ms. */
  static final double LIMIT_MS = 9.0;

  @Option(
      names = "--weights",
      description = "Predictor of apq-imagenet (default: ${DEFAULT-VALUE}).")
  private Path weights = Path.of("core/src/test/resources/golden/predictor.safetensors");

  @Option(names = "--jdk", description = "Home of a JDK; repeatable (default: all installed).")
  private List<Path> jdkHomes = new ArrayList<>();

  @Option(
      names = "--python",
      description = "Folder of the Python searches (default: ${DEFAULT-VALUE}).")
  private Path scripts = Path.of("benchmarks/python");

  @Option(
      names = "--venv",
      description = "Virtual environment, made if missing (default: ${DEFAULT-VALUE}).")
  private Path environment = Path.of("benchmarks/target/venv");

  @Option(names = "--seeds", description = "Seeds of the quality rows (default: ${DEFAULT-VALUE}).")
  private int seeds = 10;

  @Option(
      names = "--python-seeds",
      description = "Seeds of each Python search (default: ${DEFAULT-VALUE}).")
  private int pythonSeeds = 3;

  @Option(names = "--ablation", description = "Also measure what each operator earns.")
  private boolean ablation;

  private final Table table = new Table(System.out);

  @Override
  public Integer call() throws Exception {
    if (!Files.isReadable(weights)) {
      System.err.println("no predictor at " + weights + "; name one with --weights");
      return 1;
    }
    weights = weights.toAbsolutePath();
    Path folder = Files.createTempDirectory("apq-benchmarks");
    List<Jdk> jdks = jdks();
    table.line("CPU " + cpu() + "; times are CPU seconds, one thread unless stated");
    speed(jdks, folder);
    SearchRow search = searches(jdks);
    python(search, folder);
    if (ablation) {
      ablate();
    }
    return 0;
  }

  private List<Jdk> jdks() throws IOException {
    if (jdkHomes.isEmpty()) {
      return Jdk.installed();
    }
    List<Jdk> jdks = new ArrayList<>();
    for (Path home : jdkHomes) {
      jdks.add(
          Jdk.at(home).orElseThrow(() -> new IllegalArgumentException("--jdk: no JDK in " + home)));
    }
    return jdks;
  }

  private void speed(List<Jdk> jdks, Path folder) throws Exception {
    table.section("Predictor, 772 features, three hidden layers of 400");
    Optional<CompiledPeak> compiled = CompiledPeak.compile(folder);
    for (Jdk jdk : jdks) {
      double before = compiled.isPresent() ? compiled.get().measure() : 0;
      PredictorSpeed.Result[] results =
          measure(jdk, Measurement.PREDICTOR, new TypeReference<>() {});
      double after = compiled.isPresent() ? compiled.get().measure() : 0;
      double compiledPeak = Math.max(before, after);
      double javaPeak =
          Arrays.stream(results).mapToDouble(PredictorSpeed.Result::javaPeakGflops).max().orElse(0);
      double peak = Math.max(compiledPeak, javaPeak);
      table.row(
          jdk + ": FMA peak, GFLOP/s",
          number("%.1f", peak),
          number("Java loop %.1f, ", javaPeak)
              + (compiledPeak > 0 ? number("C kernel %.1f", compiledPeak) : "no C compiler"));
      for (PredictorSpeed.Result result : results) {
        double gflops = result.evaluationsPerSecond() * result.flops() / 1e9;
        table.row(
            jdk + ": evaluations/s, batch " + result.batch(),
            number("%,.0f", result.evaluationsPerSecond()),
            number("%.0f %% of peak; ", 100 * gflops / peak)
                + number("best slice %,.0f", result.bestEvaluationsPerSecond()));
      }
      List<String> hashes = measure(jdk, Measurement.HASHES, new TypeReference<>() {});
      table.row(
          jdk + ": hash of 20,000 predictions",
          hashes.size() == 1 ? hashes.get(0) : hashes.size() + " DIFFER",
          "cold, warm, batches of 1 to 100, 1 and 2 threads");
    }
  }

  /** What the Python rows are compared with. */
  private record SearchRow(double warm, double best, double hypervolume) {}

  private SearchRow searches(List<Jdk> jdks) throws Exception {
    table.section(
        "Search, at most "
            + number("%,d", Workload.EVALUATIONS)
            + " evaluations, latency at most "
            + LIMIT_MS
            + " ms");
    double warm = Double.POSITIVE_INFINITY;
    for (Jdk jdk : jdks) {
      Measure.SearchTimes times = measure(jdk, Measurement.SEARCH, new TypeReference<>() {});
      Summary later = Summary.of(times.warm());
      warm = Math.min(warm, later.median());
      table.row(
          jdk + ": first search of a JVM, CPU s",
          number("%.2f", times.first()),
          number("with JVM start and pricing the space %.2f", times.processSeconds()));
      table.row(
          jdk + ": warm search, CPU s",
          number("%.2f", later.median()),
          number("median of 8, least %.2f; ", later.min())
              + number("%,.0f evaluations per CPU s", times.evaluations() / later.median()));
      Measure.Seeding[] seedings = measure(jdk, Measurement.SEEDING, new TypeReference<>() {});
      for (Measure.Seeding seeding : seedings) {
        table.row(
            jdk + ": seeding at " + seeding.limitMs() + " ms, µs per candidate",
            number("%.1f", seeding.warmMicros()),
            number("repaired and scored; in a fresh JVM %.1f", seeding.coldMicros()));
      }
    }
    Jdk jdk = jdks.get(jdks.size() - 1);
    growth(jdk);
    Measure.Quality quality = measure(jdk, Measurement.QUALITY, new TypeReference<>() {});
    table.section("Quality over " + seeds + " seeds");
    spread("best predicted accuracy at " + LIMIT_MS + " ms", Summary.of(quality.best()));
    Summary hypervolume = Summary.of(quality.hypervolume());
    spread("front hypervolume, reference 0 and 20 ms", hypervolume);
    table.row(
        "front search, CPU s",
        number("%.2f", Summary.of(quality.frontSeconds()).median()),
        "median");
    return new SearchRow(warm, Summary.of(quality.best()).mean(), hypervolume.mean());
  }

  private void growth(Jdk jdk) throws Exception {
    table.section("Growth of a warm search (" + jdk + ")");
    Growth.Point[] points = measure(jdk, Measurement.GROWTH, new TypeReference<>() {});
    for (Growth.Point point : points) {
      table.row(
          point.what() + " " + point.value() + ", CPU s",
          number("%.3f", point.cpuSeconds()),
          number("%,d evaluations, ", point.evaluations())
              + number("%.1f µs each", 1e6 * point.cpuSeconds() / point.evaluations()));
    }
  }

  private void python(SearchRow ours, Path folder) throws Exception {
    table.section("The same problem in Python, " + pythonSeeds + " seeds, numpy on one thread");
    PythonSearches python;
    try {
      Path problem = Files.createDirectories(folder.resolve("problem"));
      ProblemExport.write(Workload.load(weights), weights, problem);
      python =
          PythonSearches.prepare(scripts.toAbsolutePath(), environment.toAbsolutePath(), problem);
    } catch (PythonEnvironment.Unavailable e) {
      table.notMeasured("published operators, pymoo", String.valueOf(e.getMessage()));
      return;
    }
    for (String search : List.of("published", "pymoo-ga", "pymoo-nsga2")) {
      List<PythonSearches.Run> runs = python.run(search, LIMIT_MS, pythonSeeds);
      Summary seconds = Summary.of(runs.stream().map(PythonSearches.Run::cpuSeconds).toList());
      table.row(
          search + ", CPU s",
          number("%.2f", seconds.median()),
          number("%.1f times the warm search here", seconds.median() / ours.warm()));
      boolean front = search.endsWith("nsga2");
      Summary quality =
          Summary.of(
              runs.stream()
                  .map(front ? PythonSearches.Run::hypervolume : PythonSearches.Run::best)
                  .toList());
      spread(search + (front ? ", front hypervolume" : ", best predicted accuracy"), quality);
    }
  }

  private void ablate() throws Exception {
    table.section("Ablation over " + seeds + " seeds: best accuracy | front hypervolume");
    Ablation.Result[] results =
        measure(Jdk.running(), Measurement.ABLATION, new TypeReference<>() {});
    for (Ablation.Result result : results) {
      table.row(
          result.name(),
          number("%.4f", result.best().mean()),
          number("least %.4f | ", result.best().min())
              + number("%.3f", result.hypervolume().mean())
              + number(", least %.3f", result.hypervolume().min()));
    }
  }

  private void spread(String name, Summary summary) {
    table.row(
        name,
        number("%.4f", summary.mean()),
        number("mean; least %.4f, ", summary.min()) + number("greatest %.4f", summary.max()));
  }

  private <T> T measure(Jdk jdk, Measurement measurement, TypeReference<T> type)
      throws IOException {
    List<String> command =
        List.of(
            jdk.java(),
            "-cp",
            System.getProperty("java.class.path"),
            ApqBenchmarks.class.getName(),
            "measure",
            measurement.name(),
            "--weights=" + weights,
            "--limit=" + LIMIT_MS,
            "--seeds=" + seeds);
    String output = Child.run(command, Path.of("").toAbsolutePath()).orThrow();
    return Json.mapper().readValue(output, type);
  }

  private static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 2))
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
