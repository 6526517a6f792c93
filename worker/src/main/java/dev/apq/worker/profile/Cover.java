package dev.apq.worker.profile;

import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.policy.Sampler;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Networks that together contain every layer of a space in every precision that a runtime tells
 * apart, each layer in its place among others.
 *
 * <p>A network of greatest depth shows one choice of every block at once, so a round needs only as
 * many as the block with the most choices has. A quarter more, of random depths, tell the time that
 * each layer costs beyond its kernels from the time that each network costs.
 */
final class Cover {
  private static final long ROUNDS = 1;
  private static final long DEPTHS = 2;
  private static final int EXTRA = 8;

  private final SearchSpace space;
  private final List<BlockSpace> blocks;
  private final List<Integer> precisions;
  private final RandomStream random;

  Cover(SearchSpace space, RandomStream random) {
    this.space = space;
    this.blocks = space.blocks();
    this.precisions = Precisions.of(space);
    this.random = random;
  }

  /** Networks of one round. */
  int size() {
    return complete() + (complete() + EXTRA - 1) / EXTRA;
  }

  private int complete() {
    return blocks.stream().mapToInt(this::choices).max().orElseThrow();
  }

  private int choices(BlockSpace block) {
    return block.widths().size() * block.kernelSizes().size() * precisions.size();
  }

  /** A network: a pure function of the stream and its number, which counts on through rounds. */
  Policy policy(int number) {
    int round = number / size();
    int index = number % size();
    if (index >= complete()) {
      return narrowed(new Sampler(space).quantized(random.at(DEPTHS, number)));
    }
    List<Integer> kernels = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    List<Integer> bits = new ArrayList<>();
    for (BlockSpace block : blocks) {
      int[] order = IntStream.range(0, choices(block)).toArray();
      random.at(ROUNDS, round, block.index()).shuffle(order);
      int choice = order[index % order.length];
      bits.add(precisions.get(choice % precisions.size()));
      int rest = choice / precisions.size();
      kernels.add(block.kernelSizes().get(rest % block.kernelSizes().size()));
      channels.add(block.widths().get(rest / block.kernelSizes().size()));
    }
    List<Integer> depths = space.stages().stream().map(StageSpace::maxDepth).toList();
    return policy(new Architecture(depths, kernels, channels), bits);
  }

  /** The policy with every bit width in the form in which the runtime sees it. */
  private Policy narrowed(Policy policy) {
    RandomStream stream = random.at(DEPTHS, policy.architecture().hashCode());
    List<Integer> bits = new ArrayList<>();
    for (int i = 0; i < policy.architecture().activeBlocks(); i++) {
      bits.add(precisions.get(stream.nextInt(precisions.size())));
    }
    return policy(policy.architecture(), bits);
  }

  private static Policy policy(Architecture architecture, List<Integer> activations) {
    List<Integer> weights = Collections.nCopies(activations.size(), SearchSpace.FIXED_BITS);
    return new Policy(architecture, new Quantization(weights, activations, weights, activations));
  }
}
