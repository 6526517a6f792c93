package dev.apq.worker.supernet;

import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.policy.Architecture;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The subnets of a space: the extreme ones, and random ones with some dimensions held. */
public final class Subnets {
  private final SearchSpace space;
  private final List<BlockSpace> blocks;

  public Subnets(SearchSpace space) {
    this.space = space;
    this.blocks = space.blocks();
  }

  /** Every block, the largest kernels, the widest expansions. */
  public Architecture largest() {
    return extreme(EnumSet.noneOf(ElasticDimension.class));
  }

  /** The fewest blocks, the smallest kernels, the narrowest expansions. */
  public Architecture smallest() {
    return extreme(EnumSet.allOf(ElasticDimension.class));
  }

  /** The smallest in the given dimensions and the largest in the others. */
  public Architecture extreme(Set<ElasticDimension> small) {
    return draw(dimension -> small.contains(dimension) ? options -> 0 : options -> options - 1);
  }

  /** Uniform choices in the given dimensions, the largest in the others. */
  public Architecture random(Set<ElasticDimension> elastic, RandomStream random) {
    return draw(
        dimension -> elastic.contains(dimension) ? random::nextInt : options -> options - 1);
  }

  /** The same architecture with one dimension at its least or greatest everywhere. */
  public Architecture with(Architecture base, ElasticDimension dimension, boolean greatest) {
    List<Integer> depths = new ArrayList<>();
    for (int s = 0; s < base.depths().size(); s++) {
      StageSpace stage = space.stages().get(s);
      int extreme = greatest ? stage.maxDepth() : stage.minDepth();
      depths.add(dimension == ElasticDimension.DEPTH ? extreme : base.depths().get(s));
    }
    List<Integer> kernels = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    int next = 0;
    for (BlockSpace block : blocks) {
      boolean wasActive = block.positionInStage() < base.depths().get(block.stage());
      int kernel = wasActive ? base.kernelSizes().get(next) : middle(block.kernelSizes());
      int width = wasActive ? base.channels().get(next) : middle(block.widths());
      next += wasActive ? 1 : 0;
      if (block.positionInStage() < depths.get(block.stage())) {
        kernels.add(
            dimension == ElasticDimension.KERNEL ? extreme(block.kernelSizes(), greatest) : kernel);
        channels.add(
            dimension == ElasticDimension.WIDTH ? extreme(block.widths(), greatest) : width);
      }
    }
    return new Architecture(depths, kernels, channels);
  }

  private static int middle(List<Integer> options) {
    return options.get(options.size() / 2);
  }

  private static int extreme(List<Integer> options, boolean greatest) {
    return greatest ? Collections.max(options) : Collections.min(options);
  }

  /** Picks one of so many options. */
  @FunctionalInterface
  public interface Choice {
    int of(int options);
  }

  /** The choice to make in each dimension. */
  @FunctionalInterface
  public interface Choices {
    Choice in(ElasticDimension dimension);
  }

  /** An architecture by index choices, options in ascending order; depths are chosen first. */
  public Architecture draw(Choices choices) {
    List<Integer> depths = new ArrayList<>();
    for (StageSpace stage : space.stages()) {
      int options = stage.maxDepth() - stage.minDepth() + 1;
      depths.add(stage.minDepth() + choices.in(ElasticDimension.DEPTH).of(options));
    }
    List<Integer> kernels = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    for (BlockSpace block : blocks) {
      if (block.positionInStage() < depths.get(block.stage())) {
        kernels.add(pick(block.kernelSizes(), choices.in(ElasticDimension.KERNEL)));
        channels.add(pick(block.widths(), choices.in(ElasticDimension.WIDTH)));
      }
    }
    return new Architecture(depths, kernels, channels);
  }

  private static int pick(List<Integer> options, Choice choice) {
    return options.stream().sorted().toList().get(choice.of(options.size()));
  }
}
