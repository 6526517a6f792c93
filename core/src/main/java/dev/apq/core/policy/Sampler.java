package dev.apq.core.policy;

import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws members of a space: each depth, then each choice of each active block, uniformly among its
 * options. Thread-safe; the randomness is the caller's.
 */
public final class Sampler {
  private final SearchSpace space;
  private final List<BlockSpace> blocks;

  /**
   * @throws IllegalArgumentException if the space is invalid
   */
  public Sampler(SearchSpace space) {
    this.space = space.requireValid();
    this.blocks = space.blocks();
  }

  /** A random architecture. */
  public Architecture architecture(RandomStream random) {
    List<Integer> depths = new ArrayList<>();
    for (StageSpace stage : space.stages()) {
      depths.add(stage.minDepth() + random.nextInt(stage.maxDepth() - stage.minDepth() + 1));
    }
    List<Integer> kernelSizes = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    for (BlockSpace block : blocks) {
      if (block.positionInStage() < depths.get(block.stage())) {
        kernelSizes.add(choose(block.kernelSizes(), random));
        channels.add(choose(block.widths(), random));
      }
    }
    return new Architecture(depths, kernelSizes, channels);
  }

  /** A random policy in full precision. */
  public Policy fullPrecision(RandomStream random) {
    return new Policy(architecture(random), null);
  }

  /** A random policy with random bit widths. */
  public Policy quantized(RandomStream random) {
    Architecture architecture = architecture(random);
    int active = architecture.activeBlocks();
    return new Policy(
        architecture,
        new Quantization(
            bits(active, random),
            bits(active, random),
            bits(active, random),
            bits(active, random)));
  }

  private List<Integer> bits(int active, RandomStream random) {
    List<Integer> bits = new ArrayList<>(active);
    for (int i = 0; i < active; i++) {
      bits.add(choose(space.bitWidths(), random));
    }
    return bits;
  }

  private static int choose(List<Integer> options, RandomStream random) {
    return options.get(random.nextInt(options.size()));
  }
}
