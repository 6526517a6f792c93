package dev.apq.worker.stage;

import ai.djl.ndarray.NDManager;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.policy.Policy;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.collection.QuantizedMeter;
import dev.apq.worker.collection.SamplePlan;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.Datasets;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.tensor.DivergedException;
import dev.apq.worker.tensor.Parameters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Measures the same quantized subnets of a trained supernet with every quantizer, one subnet after
 * the other, and prints a Markdown table: which quantizer suits the task, and what fine-tuning
 * adds.
 */
public final class QuantizerComparison {
  private static final long PLAN = 0;
  private static final long FINETUNE = 1;
  private static final double FEW_BITS = 5.5;

  private final PrintStream out;
  private final PrintStream log;

  /**
   * @param out where the table goes
   * @param log where progress goes
   */
  public QuantizerComparison(PrintStream out, PrintStream log) {
    this.out = out;
    this.log = log;
  }

  /** A quantizer with a number of fine-tuning steps, and what was measured with it. */
  private record Contender(
      Quantizer quantizer, int steps, QuantizedMeter meter, double[] accuracies, long[] nanos) {}

  /**
   * Compares.
   *
   * @param specFile path of {@code spec.json}
   * @param store folder of the artifacts; {@code train} must be finished
   * @param policies how many subnets, spread over costs and bits
   * @param steps numbers of fine-tuning steps to compare
   */
  public ExitCode compare(Path specFile, Path store, int policies, List<Integer> steps) {
    return new SpecCommand(log).run(specFile, spec -> compare(spec, store, policies, steps));
  }

  private void compare(WorkerSpec spec, Path store, int policies, List<Integer> steps)
      throws IOException {
    Dataset dataset = Datasets.open(spec.dataset(), spec.space(), log::println);
    try (NDManager manager = NDManager.newBaseManager()) {
      var weights = new Inputs(new StoreLayout(store)).supernet(spec.space());
      ElasticNetwork network = new ElasticNetwork(spec.space(), Parameters.of(weights, manager));
      List<Contender> contenders = contenders(spec, network, dataset, policies, steps);
      // A stream of its own: these are not the samples that the predictor learns from.
      RandomStream random = RandomStream.of(spec.seed(), Long.MAX_VALUE);
      SamplePlan plan = new SamplePlan(spec.space(), policies, random.at(PLAN));
      boolean[] fewBits = new boolean[policies];
      double[] fullPrecision = new double[policies];
      SubnetMeter meter = meter(spec, dataset);
      for (int i = 0; i < policies; i++) {
        Policy policy = plan.quantized(i);
        fewBits[i] = Objects.requireNonNull(policy.quantization()).meanBits() < FEW_BITS;
        fullPrecision[i] = meter.accuracy(network, policy.architecture());
        for (Contender contender : contenders) {
          long start = System.nanoTime();
          contender.accuracies()[i] = accuracy(contender, policy, random.at(FINETUNE, i), spec);
          contender.nanos()[i] = System.nanoTime() - start;
        }
        log.printf("measured %d of %d subnets%n", i + 1, policies);
      }
      print(fullPrecision, contenders, fewBits);
    }
  }

  private static double accuracy(
      Contender contender, Policy policy, RandomStream random, WorkerSpec spec) {
    try {
      return contender.meter().accuracy(policy, random);
    } catch (DivergedException e) {
      throw Divergence.ofFineTuning(spec, e);
    }
  }

  private static List<Contender> contenders(
      WorkerSpec spec, ElasticNetwork network, Dataset dataset, int policies, List<Integer> steps) {
    SubnetMeter meter = meter(spec, dataset);
    List<Contender> contenders = new ArrayList<>();
    for (int count : steps) {
      for (Quantizer quantizer : Quantizer.values()) {
        var quantization = new QuantizationSpec(quantizer, spec.quantization().learningRate());
        contenders.add(
            new Contender(
                quantizer,
                count,
                new QuantizedMeter(network, dataset, meter, quantization, count),
                new double[policies],
                new long[policies]));
      }
    }
    return contenders;
  }

  private static SubnetMeter meter(WorkerSpec spec, Dataset dataset) {
    return new SubnetMeter(
        dataset, spec.collection().calibrationImages(), spec.collection().evaluationImages());
  }

  private void print(double[] fullPrecision, List<Contender> contenders, boolean[] fewBits) {
    int few = 0;
    for (boolean is : fewBits) {
      few += is ? 1 : 0;
    }
    out.printf(
        Locale.ROOT,
        "| steps | quantizer | accuracy of %d subnets | of the %d below %.1f bits |"
            + " against %s | s a subnet |%n",
        fewBits.length,
        few,
        FEW_BITS,
        name(contenders.get(0).quantizer()));
    out.println("|---|---|---|---|---|---|");
    out.printf(
        Locale.ROOT,
        "| | full precision | %.2f %% | %.2f %% | | |%n",
        100 * Arrays.stream(fullPrecision).average().orElse(0),
        100 * mean(fullPrecision, fewBits));
    for (Contender contender : contenders) {
      Contender first =
          contenders.stream().filter(c -> c.steps() == contender.steps()).findFirst().orElseThrow();
      out.printf(
          Locale.ROOT,
          "| %d | %s | %.2f %% | %.2f %% | %s | %.2f |%n",
          contender.steps(),
          name(contender.quantizer()),
          100 * Arrays.stream(contender.accuracies()).average().orElse(0),
          100 * mean(contender.accuracies(), fewBits),
          contender == first ? "" : difference(contender.accuracies(), first.accuracies()),
          Arrays.stream(contender.nanos()).average().orElse(0) / 1e9);
    }
  }

  private static double mean(double[] accuracies, boolean[] counts) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i] ? accuracies[i] : 0;
      count += counts[i] ? 1 : 0;
    }
    return sum / count;
  }

  /** Mean paired difference in points, with its standard error. */
  private static String difference(double[] accuracies, double[] reference) {
    int count = accuracies.length;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      double points = 100 * (accuracies[i] - reference[i]);
      sum += points;
      squares += points * points;
    }
    double mean = sum / count;
    double error = Math.sqrt(Math.max(0, squares / count - mean * mean) / Math.max(1, count - 1));
    return String.format(Locale.ROOT, "%+.2f ± %.2f", mean, error);
  }

  private static String name(Quantizer quantizer) {
    return Json.mapper().convertValue(quantizer, String.class);
  }
}
