package dev.apq.benchmarks;

import dev.apq.core.artifact.Json;
import dev.apq.core.cost.CostTable;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes space, latency table and predictor for the Python searches, so that all sides price and
 * score alike, and some policies with their latency and accuracy, by which they check that.
 */
final class ProblemExport {
  private static final int CHECKS = 50;

  private final Workload workload;
  private final SearchSpace space;
  private final CostTable latency;

  private ProblemExport(Workload workload) {
    this.workload = workload;
    this.space = workload.costs().space();
    this.latency = workload.costs().table(Metric.LATENCY);
  }

  /** The exported space; arrays of option indices throughout. */
  record ProblemFile(
      List<Integer> minDepths,
      List<Integer> maxDepths,
      List<Integer> bits,
      double fixedLatency,
      List<BlockFile> blocks,
      List<Check> checks) {}

  /**
   * A block's options; latencies in ms.
   *
   * @param pointwise by width, weight bits and activation bits
   * @param depthwise by width, kernel, weight bits and activation bits
   */
  record BlockFile(
      int stage,
      int position,
      int kernels,
      int widths,
      double[][][] pointwise,
      double[][][][] depthwise) {}

  /** A policy as genes with what the Java side says about it. */
  record Check(List<Integer> genome, double latency, double accuracy) {}

  /** Fills {@code folder} with {@code problem.json} and {@code predictor.safetensors}. */
  static void write(Workload workload, Path weights, Path folder) throws IOException {
    ProblemExport export = new ProblemExport(workload);
    Files.copy(
        weights, folder.resolve("predictor.safetensors"), StandardCopyOption.REPLACE_EXISTING);
    Files.write(folder.resolve("problem.json"), Json.bytes(export.file()));
  }

  ProblemFile file() {
    List<StageSpace> stages = space.stages();
    return new ProblemFile(
        stages.stream().map(StageSpace::minDepth).toList(),
        stages.stream().map(StageSpace::maxDepth).toList(),
        space.bitWidths(),
        latency.inUnit(latency.fixed()),
        space.blocks().stream().map(this::block).toList(),
        checks());
  }

  static ProblemFile of(Workload workload) {
    return new ProblemExport(workload).file();
  }

  // The table only tells sums of both parts; only differences between options matter, so the
  // depthwise part is stated relative to the option 0 of kernel and bits at the same width.
  private BlockFile block(BlockSpace block) {
    int widths = block.widths().size();
    int kernels = block.kernelSizes().size();
    int bits = space.bitWidths().size();
    int index = block.index();
    double[][][] pointwise = new double[widths][bits][bits];
    double[][][][] depthwise = new double[widths][kernels][bits][bits];
    for (int width = 0; width < widths; width++) {
      double base = latency.block(index, 0, width, 0, 0, 0, 0);
      for (int w = 0; w < bits; w++) {
        for (int a = 0; a < bits; a++) {
          pointwise[width][w][a] = latency.inUnit(latency.block(index, 0, width, w, a, 0, 0));
          for (int kernel = 0; kernel < kernels; kernel++) {
            depthwise[width][kernel][w][a] =
                latency.inUnit(latency.block(index, kernel, width, 0, 0, w, a) - base);
          }
        }
      }
    }
    return new BlockFile(
        block.stage(), block.positionInStage(), kernels, widths, pointwise, depthwise);
  }

  private List<Check> checks() {
    Sampler sampler = new Sampler(space);
    List<Check> checks = new ArrayList<>();
    for (int i = 0; i < CHECKS; i++) {
      Policy policy = sampler.quantized(RandomStream.of(11, i));
      checks.add(
          new Check(
              genome(policy),
              workload.costs().value(policy, Metric.LATENCY),
              workload.predictor().predict(policy)));
    }
    return checks;
  }

  private List<Integer> genome(Policy policy) {
    List<Integer> genome = new ArrayList<>();
    for (int stage = 0; stage < space.stages().size(); stage++) {
      genome.add(policy.architecture().depths().get(stage) - space.stages().get(stage).minDepth());
    }
    int active = 0;
    for (BlockSpace block : space.blocks()) {
      if (block.positionInStage() < policy.architecture().depths().get(block.stage())) {
        genome.addAll(options(block, policy, active++));
      } else {
        genome.addAll(List.of(0, 0, 0, 0, 0, 0));
      }
    }
    return genome;
  }

  private List<Integer> options(BlockSpace block, Policy policy, int active) {
    List<Integer> options = new ArrayList<>();
    options.add(block.kernelSizes().indexOf(policy.architecture().kernelSizes().get(active)));
    options.add(block.widths().indexOf(policy.architecture().channels().get(active)));
    Quantization bits = policy.quantization();
    if (bits == null) {
      throw new IllegalArgumentException("the policy has no bit widths");
    }
    options.add(space.bitWidths().indexOf(bits.pointwiseWeightBits().get(active)));
    options.add(space.bitWidths().indexOf(bits.pointwiseActivationBits().get(active)));
    options.add(space.bitWidths().indexOf(bits.depthwiseWeightBits().get(active)));
    options.add(space.bitWidths().indexOf(bits.depthwiseActivationBits().get(active)));
    return options;
  }
}
