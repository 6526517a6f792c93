package dev.apq.benchmarks.supernet;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.apq.benchmarks.PythonEnvironment;
import dev.apq.benchmarks.Summary;
import dev.apq.benchmarks.Table;
import dev.apq.core.artifact.Json;
import dev.apq.core.policy.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Images per second of training steps and subnet evaluations, beside PyTorch in Python on the same
 * weights, images, batch and threads. The sides take turns, and each ratio is taken within a turn.
 */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description = "Measures training and evaluation beside PyTorch in Python.")
public final class WorkerSpeed implements Callable<Integer> {
  private static final double LOGIT_TOLERANCE = 1e-4;
  private static final double LOSS_TOLERANCE = 1e-2;
  private static final int FIRST_TIMES = 3;
  private static final int SANDWICHES = 200;
  private static final int PROFILED_CALLS = 16;

  @Mixin private Bench.Arguments arguments = new Bench.Arguments();

  @Option(names = "--rounds", description = "Turns of each side (default: ${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--seconds",
      description = "CPU seconds of a turn, roughly (default: ${DEFAULT-VALUE}).")
  private double seconds = 1;

  @Option(names = "--threads", description = "Of each side (default: ${DEFAULT-VALUE}).")
  private int threads = 1;

  @Option(names = "--profile", description = "Also print where both sides' time goes.")
  private boolean profile;

  @Option(names = "--python", description = "Folder of the Python side.")
  private Path scripts = Path.of("benchmarks/python");

  @Option(
      names = "--venv",
      description = "Virtual environment, made if missing (default: ${DEFAULT-VALUE}).")
  private Path environment = Path.of("benchmarks/target/venv-torch");

  private final Table table = new Table(System.out);

  @Override
  public Integer call() throws IOException {
    Bench bench = arguments.bench();
    Path python;
    try {
      python =
          PythonEnvironment.prepare(
                  scripts.resolve("requirements-torch.txt"), environment.toAbsolutePath())
              .toAbsolutePath();
    } catch (PythonEnvironment.Unavailable e) {
      System.err.println("the Python side cannot run: " + e.getMessage());
      return 1;
    }
    Path folder = Files.createTempDirectory("apq-worker-speed");
    bench.write(folder);
    try (Lockstep ours = new Lockstep(java(bench, folder), threads)) {
      List<List<Architecture>> students =
          ours.ask("students " + SANDWICHES, new TypeReference<>() {});
      Files.write(folder.resolve("sandwich.json"), Json.bytes(students));
      String script = scripts.resolve("worker_child.py").toString();
      List<String> command = List.of(python.toString(), script, "--problem=" + folder);
      try (Lockstep theirs = new Lockstep(command, threads)) {
        return compare(bench, ours, theirs);
      }
    }
  }

  private static List<String> java(Bench bench, Path folder) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("dev.apq.benchmarks.ApqBenchmarks", "worker-child"));
    command.add("--problem=" + folder);
    command.addAll(bench.arguments());
    return command;
  }

  private int compare(Bench bench, Lockstep ours, Lockstep theirs) throws IOException {
    table.section(
        String.format(
            Locale.ROOT,
            "%s, batch %d, %d thread(s); evaluation: %d images calibrate, %d measure",
            bench.space().name(),
            bench.batch(),
            threads,
            bench.calibration(),
            bench.evaluation()));
    boolean agree = true;
    for (String subnet : List.of("largest", "smallest")) {
      agree &= logitsAgree(subnet, ours, theirs);
    }
    for (Work work : Work.values()) {
      agree &= speed(bench, work, ours, theirs);
    }
    if (profile) {
      for (Work work : Work.values()) {
        profile(work, ours, theirs);
      }
    }
    if (!agree) {
      table.line("the sides disagree: they do not compute the same, and the ratios mean nothing");
    }
    return agree ? 0 : 1;
  }

  private boolean logitsAgree(String subnet, Lockstep ours, Lockstep theirs) throws IOException {
    float[] left = ours.ask("logits " + subnet, new TypeReference<>() {});
    float[] right = theirs.ask("logits " + subnet, new TypeReference<>() {});
    double greatest = 0;
    double scale = 0;
    for (int i = 0; i < left.length; i++) {
      greatest = Math.max(greatest, Math.abs(left[i] - right[i]));
      scale = Math.max(scale, Math.abs(right[i]));
    }
    table.row(
        "greatest difference of logits, " + subnet + " subnet",
        number("%.1e", greatest),
        number("greatest logit %.2f", scale));
    return left.length == right.length && greatest <= LOGIT_TOLERANCE * Math.max(1, scale);
  }

  private boolean speed(Bench bench, Work work, Lockstep ours, Lockstep theirs) throws IOException {
    Lockstep.Answer first = ours.run(work, FIRST_TIMES);
    Lockstep.Answer reference = theirs.run(work, FIRST_TIMES);
    int times = Math.max(FIRST_TIMES, (int) (seconds * FIRST_TIMES / reference.cpuSeconds()));
    ours.run(work, 2 * times); // until the JVM has compiled what is hot
    theirs.run(work, 2 * times);
    List<Double> left = new ArrayList<>();
    List<Double> right = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    List<Double> wallRatios = new ArrayList<>();
    double images = (double) times * bench.images(work);
    for (int round = 0; round < rounds; round++) {
      Lockstep.Answer a = ours.run(work, times);
      Lockstep.Answer b = theirs.run(work, times);
      left.add(images / a.cpuSeconds());
      right.add(images / b.cpuSeconds());
      ratios.add(b.cpuSeconds() / a.cpuSeconds());
      wallRatios.add(b.wallSeconds() / a.wallSeconds());
    }
    Summary ratio = Summary.of(ratios);
    table.row(
        work.title() + ", ratio",
        number("%.2f", ratio.median()),
        number("%.2f to %.2f; by the clock %.2f; ", ratio.min(), ratio.max(), median(wallRatios))
            + number("images per CPU s %,.0f, Python %,.0f; ", median(left), median(right))
            + number("first results %.5f, %.5f", first.result(), reference.result()));
    return Math.abs(first.result() - reference.result()) <= LOSS_TOLERANCE;
  }

  private void profile(Work work, Lockstep ours, Lockstep theirs) throws IOException {
    String question = "profile " + work.word() + " " + FIRST_TIMES;
    Map<String, Trace.Call> left = ours.ask(question, new TypeReference<>() {});
    Map<String, Trace.Call> right = theirs.ask(question, new TypeReference<>() {});
    table.section(work.title() + ": native calls, ms (calls) per " + unit(work));
    Set<String> shown = new TreeSet<>(slowest(left));
    shown.addAll(slowest(right));
    shown.stream()
        .sorted(Comparator.comparingDouble(name -> -time(left, name)))
        .forEach(name -> table.row(name, cost(left, name), "Python " + cost(right, name)));
    table.row("all calls", cost(total(left)), "Python " + cost(total(right)));
  }

  private static String unit(Work work) {
    return work.training() ? "step" : "evaluation";
  }

  private static List<String> slowest(Map<String, Trace.Call> calls) {
    return calls.keySet().stream()
        .sorted(Comparator.comparingDouble(name -> -time(calls, name)))
        .limit(PROFILED_CALLS)
        .toList();
  }

  private static double time(Map<String, Trace.Call> calls, String name) {
    Trace.Call call = calls.get(name);
    return call == null ? 0 : call.selfMicros();
  }

  private static Trace.Call total(Map<String, Trace.Call> calls) {
    return calls.values().stream().reduce(new Trace.Call(0, 0), Trace.Call::plus);
  }

  private static String cost(Map<String, Trace.Call> calls, String name) {
    Trace.Call call = calls.get(name);
    return call == null ? "-" : cost(call);
  }

  private static String cost(Trace.Call call) {
    return number("%.2f (%d)", call.selfMicros() / 1e3 / FIRST_TIMES, call.calls() / FIRST_TIMES);
  }

  private static double median(List<Double> values) {
    return Summary.of(values).median();
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
