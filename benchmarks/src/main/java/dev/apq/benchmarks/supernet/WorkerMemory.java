package dev.apq.benchmarks.supernet;

import ai.djl.ndarray.NDManager;
import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Extraction;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.SubnetMeter;
import dev.apq.worker.supernet.Subnets;
import dev.apq.worker.supernet.SupernetTraining;
import dev.apq.worker.supernet.TrainingState;
import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Devices;
import dev.apq.worker.tensor.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Memory over many training steps, then over many changes of subnet: each change cuts a random
 * subnet out of the supernet and measures it there and on its own.
 */
@Command(
    name = "memory",
    mixinStandardHelpOptions = true,
    description = "Plots the worker's memory over training steps and subnet changes.")
public final class WorkerMemory implements Callable<Integer> {
  private static final long SUBNET = 2;

  @Mixin private Bench.Arguments arguments = new Bench.Arguments();

  @Option(names = "--steps", description = "Of each kind (default: ${DEFAULT-VALUE}).")
  private int steps = 1000;

  @Option(names = "--every", description = "Steps between points (default: ${DEFAULT-VALUE}).")
  private int every = 20;

  @Option(names = "--out", description = "SVG file to write (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("docs/worker-memory.svg");

  private final List<MemoryPlot.Point> points = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    WorkerChild.configureEngine();
    Bench bench = arguments.bench();
    try (NDManager manager = NDManager.newBaseManager()) {
      RandomStream random = RandomStream.of(Bench.SEED);
      Parameters weights =
          Parameters.of(NetworkLayout.initialWeights(bench.space(), random), manager);
      weights.requireGradients();
      AdamW optimizer = AdamW.fresh(weights, 0, NetworkLayout::decays, manager);
      SupernetTraining training =
          new SupernetTraining(
              bench.space(),
              bench.recipe(),
              bench.trainingData(),
              new TrainingState(weights, optimizer, null),
              Devices.cpu(1),
              random);
      for (int step = 0; step < steps; step++) {
        training.step(step);
        record(step + 1, manager);
      }
      ElasticNetwork network = new ElasticNetwork(bench.space(), weights);
      SubnetMeter meter =
          new SubnetMeter(bench.measuringData(), bench.calibration(), bench.evaluation());
      for (int change = 0; change < steps; change++) {
        change(network, meter, random.at(SUBNET, change));
        record(steps + change + 1, manager);
      }
    }
    Files.writeString(out, new MemoryPlot(points, steps, bench.space().name()).svg());
    for (MemoryPlot.Point point : List.of(at(steps / 2), at(steps), at(3 * steps / 2), last())) {
      System.out.printf(
          Locale.ROOT,
          "after %d: resident %.0f MB, native arrays %d%n",
          point.step(),
          point.residentBytes() / 1e6,
          point.arrays());
    }
    System.out.println("wrote " + out);
    return 0;
  }

  private static void change(ElasticNetwork network, SubnetMeter meter, RandomStream random) {
    Architecture subnet =
        new Subnets(network.space()).random(EnumSet.allOf(ElasticDimension.class), random);
    meter.accuracy(network, subnet);
    try (NDManager scope = network.parameters().scope()) {
      meter.accuracy(Extraction.extract(network, subnet, scope), subnet);
    }
  }

  private void record(int step, NDManager manager) throws IOException {
    if (step % every == 0) {
      points.add(new MemoryPlot.Point(step, residentBytes(), arrays(manager)));
    }
  }

  private MemoryPlot.Point at(int step) {
    return points.get(Math.max(0, step / every - 1));
  }

  private MemoryPlot.Point last() {
    return points.get(points.size() - 1);
  }

  /** Memory of this process that is in RAM, in bytes; Linux only. */
  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status names no resident size");
  }

  /** Native arrays that any manager of this process holds. */
  private static int arrays(NDManager manager) {
    return manager.getParentManager().getManagedArrays().size();
  }
}
