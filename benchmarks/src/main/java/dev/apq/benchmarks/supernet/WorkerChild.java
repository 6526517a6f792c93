package dev.apq.benchmarks.supernet;

import ai.djl.pytorch.jni.JniUtils;
import dev.apq.benchmarks.CpuClock;
import dev.apq.core.artifact.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The Java side of {@link WorkerSpeed}. It answers every line with a line of JSON: {@code logits
 * largest} with logits, {@code students <steps>} with the subnets that sandwich steps train on the
 * largest one's predictions, {@code run <work> <times>} with a {@link Lockstep.Answer}, {@code
 * profile <work> <times>} with the engine's calls.
 */
@Command(name = "worker-child", hidden = true, description = "The Java side of worker.")
public final class WorkerChild implements Callable<Integer> {
  @Option(names = "--problem", required = true, description = "Folder with the written problem.")
  private Path folder = Path.of("problem");

  @Mixin private Bench.Arguments arguments = new Bench.Arguments();

  private @Nullable Session session;
  private @Nullable Work work;

  @Override
  public Integer call() throws IOException {
    configureEngine();
    Bench bench = arguments.bench();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(Json.mapper().writeValueAsString(answer(bench, line.split(" ", -1))));
    }
    return 0;
  }

  /** As the worker does it, and with one thread unless {@code OMP_NUM_THREADS} says otherwise. */
  static void configureEngine() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty(
        "ai.djl.pytorch.num_threads", System.getenv().getOrDefault("OMP_NUM_THREADS", "1"));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  private Object answer(Bench bench, String[] words) throws IOException {
    return switch (words[0]) {
      case "logits" -> {
        try (Session fresh = new Session(bench, Work.EVALUATE_LARGEST, folder)) {
          yield fresh.logits(words[1].equals("largest"));
        }
      }
      case "students" -> {
        try (Session fresh = new Session(bench, Work.TRAIN_SANDWICH, folder)) {
          yield fresh.students(Integer.parseInt(words[1]));
        }
      }
      case "run" -> run(bench, Work.of(words[1]), Integer.parseInt(words[2]));
      case "profile" -> profile(bench, Work.of(words[1]), Integer.parseInt(words[2]));
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    };
  }

  private Lockstep.Answer run(Bench bench, Work wanted, int times) throws IOException {
    Session current = session(bench, wanted);
    double result = 0;
    long start = System.nanoTime();
    double cpu = CpuClock.processSeconds();
    for (int i = 0; i < times; i++) {
      result = current.once();
    }
    cpu = CpuClock.processSeconds() - cpu;
    return new Lockstep.Answer((System.nanoTime() - start) / 1e9, cpu, result);
  }

  private Map<String, Trace.Call> profile(Bench bench, Work wanted, int times) throws IOException {
    run(bench, wanted, times);
    Path file = Files.createTempFile("apq-trace", ".json");
    try {
      JniUtils.startProfile(false, false, false);
      run(bench, wanted, times);
      JniUtils.stopProfile(file.toString());
      return Trace.read(file);
    } finally {
      Files.delete(file);
    }
  }

  /** The session of a kind of work; it lives until another kind is asked for. */
  private Session session(Bench bench, Work wanted) throws IOException {
    if (session == null || wanted != work) {
      if (session != null) {
        session.close();
      }
      session = new Session(bench, wanted, folder);
      work = wanted;
    }
    return session;
  }
}
