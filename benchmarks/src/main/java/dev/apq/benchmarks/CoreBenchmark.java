package dev.apq.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Sampler;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.search.SearchRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The hot paths of core under JMH: a batch of predictions, the price of a policy, a generation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CoreBenchmark {
  /** Predictor weights, of the paper's space. */
  @Param("core/src/test/resources/golden/predictor.safetensors")
  public String weights = "";

  private @Nullable Fixture fixture;
  private @Nullable SearchRun run;

  private record Fixture(
      Workload workload, Samples samples, Predictor.Session session, Policy policy) {}

  private final float[] accuracies = new float[100];

  /** Loads the weights and prices the space. */
  @Setup
  public void load() throws IOException {
    Workload workload = Workload.load(Path.of(weights));
    workload.costs().table(Metric.LATENCY);
    fixture =
        new Fixture(
            workload,
            Samples.random(workload.predictor().encoding(), accuracies.length, 1),
            workload.predictor().session(),
            new Sampler(workload.costs().space()).quantized(RandomStream.of(1)));
  }

  /** 100 predictions. */
  @Benchmark
  public float[] predictBatch() {
    Fixture ready = requireNonNull(fixture);
    Samples samples = ready.samples();
    ready.session().predict(samples.hot(), samples.lengths(), samples.count(), accuracies);
    return accuracies;
  }

  /** All costs of one policy, layer by layer. */
  @Benchmark
  public double price() {
    Fixture ready = requireNonNull(fixture);
    return ready.workload().costs().value(ready.policy(), Metric.LATENCY);
  }

  /** One generation of 100 children under a latency limit. */
  @Benchmark
  public boolean generation() {
    SearchRun current = run;
    if (current == null || current.done()) {
      current =
          new SearchRun(
              requireNonNull(fixture).workload().within(Report.LIMIT_MS), Searches.settings(1));
      run = current;
    }
    current.step();
    return current.done();
  }
}
