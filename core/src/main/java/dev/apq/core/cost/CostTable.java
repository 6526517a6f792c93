package dev.apq.core.cost;

import dev.apq.core.cost.Layer.Role;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import java.util.List;

/**
 * One metric of every block option of a space. Immutable.
 *
 * <p>Options are indices into the block's and the space's option lists. Sums of {@link #fixed} and
 * {@link #block} over the active blocks, in network order, converted by {@link #inUnit}, are the
 * network's cost.
 */
public final class CostTable {
  private final Metric metric;
  private final SearchSpace space;
  private final int bitOptions;
  private final double fixed;
  private final double[][] pointwise;
  private final double[][] depthwise;
  private final int[] widthOptions;
  private final BlockOption[] cheapest;
  private final BlockOption[] dearest;

  /**
   * A choice for one block.
   *
   * @param kernel kernel option
   * @param width width option
   * @param bits the four bit options in encoding order
   * @param raw what it costs, see {@link CostTable#block}
   */
  public record BlockOption(int kernel, int width, List<Integer> bits, double raw) {}

  CostTable(CostModel model, Metric metric) {
    this.metric = metric;
    this.space = model.space();
    this.bitOptions = space.bitWidths().size();
    List<BlockSpace> blocks = space.blocks();
    this.pointwise = new double[blocks.size()][];
    this.depthwise = new double[blocks.size()][];
    this.widthOptions = new int[blocks.size()];
    this.cheapest = new BlockOption[blocks.size()];
    this.dearest = new BlockOption[blocks.size()];
    double sum = 0;
    for (Layer layer : SpaceLayers.fixed(space)) {
      sum += model.raw(layer, metric);
    }
    this.fixed = sum;
    for (BlockSpace block : blocks) {
      widthOptions[block.index()] = block.widths().size();
      pointwise[block.index()] = pointwise(model, block);
      depthwise[block.index()] = depthwise(model, block);
      cheapest[block.index()] = extreme(block, 1);
      dearest[block.index()] = extreme(block, -1);
    }
  }

  /** The metric. */
  public Metric metric() {
    return metric;
  }

  /** Raw cost of the layers that every member shares. */
  public double fixed() {
    return fixed;
  }

  /** Raw cost of a block with the given options. */
  public double block(
      int block, int kernel, int width, int pwWeight, int pwActivation, int dwWeight, int dwAct) {
    int b = bitOptions;
    return pointwise[block][(width * b + pwWeight) * b + pwActivation]
        + depthwise[block][((kernel * widthOptions[block] + width) * b + dwWeight) * b + dwAct];
  }

  /** A raw cost in the metric's unit. */
  public double inUnit(double raw) {
    return metric.inUnit(raw);
  }

  /** The option of a block with the least cost. */
  public BlockOption cheapest(int block) {
    return cheapest[block];
  }

  /** Least cost of any member of the space, in the metric's unit; some member attains it. */
  public double min() {
    return bound(cheapest, 1);
  }

  /** Greatest cost of any member of the space, in the metric's unit; some member attains it. */
  public double max() {
    return bound(dearest, -1);
  }

  // Costs are sums of independent blocks, so each stage's extreme depth can be found by itself.
  private double bound(BlockOption[] options, int sign) {
    double total = fixed;
    int first = 0;
    for (StageSpace stage : space.stages()) {
      double sum = 0;
      double best = Double.POSITIVE_INFINITY;
      for (int depth = 1; depth <= stage.maxDepth(); depth++) {
        sum += options[first + depth - 1].raw();
        if (depth >= stage.minDepth()) {
          best = Math.min(best, sign * sum);
        }
      }
      total += sign * best;
      first += stage.maxDepth();
    }
    return inUnit(total);
  }

  private double[] pointwise(CostModel model, BlockSpace block) {
    List<Integer> bits = space.bitWidths();
    double[] costs = new double[block.widths().size() * bitOptions * bitOptions];
    String name = "block" + block.index();
    int next = 0;
    for (int width : block.widths()) {
      for (int w : bits) {
        for (int a : bits) {
          costs[next++] =
              raw(model, name + ".expand", SpaceLayers.expand(block, width, w, a))
                  + raw(model, name + ".project", SpaceLayers.project(block, width, w, a));
        }
      }
    }
    return costs;
  }

  private double[] depthwise(CostModel model, BlockSpace block) {
    List<Integer> bits = space.bitWidths();
    double[] costs =
        new double[block.kernelSizes().size() * block.widths().size() * bitOptions * bitOptions];
    String name = "block" + block.index() + ".depthwise";
    int next = 0;
    for (int kernel : block.kernelSizes()) {
      for (int width : block.widths()) {
        for (int w : bits) {
          for (int a : bits) {
            costs[next++] = raw(model, name, SpaceLayers.depthwise(block, kernel, width, w, a));
          }
        }
      }
    }
    return costs;
  }

  private double raw(CostModel model, String name, LayerShape shape) {
    return model.raw(new Layer(name, Role.BODY, shape, true), metric);
  }

  private BlockOption extreme(BlockSpace block, int sign) {
    int b = bitOptions;
    int index = block.index();
    BlockOption best = null;
    for (int width = 0; width < block.widths().size(); width++) {
      int p = argmin(pointwise[index], width * b * b, b * b, sign);
      for (int kernel = 0; kernel < block.kernelSizes().size(); kernel++) {
        int base = (kernel * widthOptions[index] + width) * b * b;
        int d = argmin(depthwise[index], base, b * b, sign);
        double raw = pointwise[index][width * b * b + p] + depthwise[index][base + d];
        if (best == null || sign * raw < sign * best.raw()) {
          best = new BlockOption(kernel, width, List.of(p / b, p % b, d / b, d % b), raw);
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("a valid space has options for every block");
    }
    return best;
  }

  private static int argmin(double[] values, int from, int count, int sign) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (sign * values[from + i] < sign * values[from + best]) {
        best = i;
      }
    }
    return best;
  }
}
