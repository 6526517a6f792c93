package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import dev.apq.core.policy.Architecture;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.tensor.Parameters;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass of any subnet of a space over shared weights.
 *
 * <p>A subnet uses the first blocks of each stage, the first channels of each expansion, and the
 * centre of each depthwise kernel, passed through the learned transforms. Weights that are already
 * of the subnet's size (a network of its own, see {@link Extraction}) are used as they are.
 */
public final class ElasticNetwork {
  private static final float RELU6 = 6;

  private final SearchSpace space;
  private final List<BlockSpace> blocks;
  private final Parameters parameters;

  public ElasticNetwork(SearchSpace space, Parameters parameters) {
    this.space = space;
    this.blocks = space.blocks();
    this.parameters = parameters;
  }

  /** The space this network belongs to. */
  public SearchSpace space() {
    return space;
  }

  /** The weights. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * Class scores of one subnet.
   *
   * @param architecture member of the space
   * @param images {@code [batch, inputChannels, resolution, resolution]}; temporary arrays go to
   *     its manager
   * @return logits, {@code [batch, classes]}
   */
  public NDArray logits(
      Architecture architecture, NDArray images, Precision precision, Normalizer normalizer) {
    return new Pass(images.getManager(), precision, normalizer).run(architecture, images);
  }

  /** Active blocks of an architecture, in network order. */
  static List<BlockSpace> active(List<BlockSpace> blocks, Architecture architecture) {
    List<BlockSpace> active = new ArrayList<>();
    for (BlockSpace block : blocks) {
      if (block.positionInStage() < architecture.depths().get(block.stage())) {
        active.add(block);
      }
    }
    return active;
  }

  private final class Pass {
    private final NDManager scope;
    private final Precision precision;
    private final Normalizer normalizer;

    Pass(NDManager scope, Precision precision, Normalizer normalizer) {
      this.scope = scope;
      this.precision = precision;
      this.normalizer = normalizer;
    }

    NDArray run(Architecture architecture, NDArray images) {
      Layer stem = new Layer(NetworkLayout.STEM, Layer.Role.STEM, -1, true);
      NDArray x = convolve(stem, images, weight(stem, all()), space.stem().stride(), 1);
      x = relu6(x);
      FirstBlock first = space.firstBlock();
      if (first != null) {
        x = firstBlock(x, first);
      }
      List<BlockSpace> active = active(blocks, architecture);
      for (int i = 0; i < active.size(); i++) {
        int kernel = architecture.kernelSizes().get(i);
        int width = architecture.channels().get(i);
        x = block(x, active.get(i), i, kernel, width);
      }
      Layer head = fixed(NetworkLayout.HEAD, true);
      x = relu6(convolve(head, x, weight(head, all()), 1, 1));
      Layer classifier = fixed(NetworkLayout.CLASSIFIER, false);
      NDArray pooled =
          precision.input(
              classifier,
              x.reshape(x.getShape().get(0), x.getShape().get(1), -1).mean(new int[] {2}));
      NDArray weight = precision.weight(classifier, weight(classifier, all()));
      NDArray bias = parameters.get(NetworkLayout.bias(classifier.name()));
      return pooled.getNDArrayInternal().linear(pooled, weight, bias).singletonOrThrow();
    }

    private NDArray firstBlock(NDArray x, FirstBlock first) {
      Layer depthwise = fixed(NetworkLayout.FIRST + "." + NetworkLayout.DEPTHWISE, false);
      int groups = space.stem().channels();
      NDArray y = convolve(depthwise, x, weight(depthwise, all()), first.stride(), groups);
      Layer project = fixed(NetworkLayout.FIRST + "." + NetworkLayout.PROJECT, false);
      y = convolve(project, relu6(y), weight(project, all()), 1, 1);
      return NetworkLayout.residual(space, first) ? y.add(x) : y;
    }

    private NDArray block(NDArray x, BlockSpace block, int position, int kernel, int width) {
      String name = NetworkLayout.block(block.index());
      boolean afterStem = position == 0 && space.firstBlock() == null;
      Layer expand = layer(name, NetworkLayout.EXPAND, Layer.Role.POINTWISE, position, !afterStem);
      NDArray y = relu6(convolve(expand, x, weight(expand, leading(width)), 1, 1));
      Layer depthwise = layer(name, NetworkLayout.DEPTHWISE, Layer.Role.DEPTHWISE, position, false);
      NDArray filter = kernel(parameters, depthwise.name(), block, kernel, width, scope);
      y = relu6(convolve(depthwise, y, filter, block.stride(), width));
      Layer project = layer(name, NetworkLayout.PROJECT, Layer.Role.POINTWISE, position, false);
      y = convolve(project, y, weight(project, leadingInputs(width)), 1, 1);
      return block.residual() ? y.add(x) : y;
    }

    private NDArray convolve(Layer layer, NDArray x, NDArray weight, int stride, int groups) {
      NDArray input = precision.input(layer, x);
      NDArray filter = precision.weight(layer, weight);
      Shape shape = filter.getShape();
      long pad = shape.get(2) / 2;
      NDArray y =
          Conv2d.conv2d(
                  input,
                  filter,
                  null,
                  new Shape(stride, stride),
                  new Shape(pad, pad),
                  new Shape(1, 1),
                  groups)
              .singletonOrThrow();
      NDIndex channels = leading((int) shape.get(0));
      return normalizer.normalize(
          layer.name(),
          y,
          parameters.get(NetworkLayout.gamma(layer.name())).get(scope, channels),
          parameters.get(NetworkLayout.beta(layer.name())).get(scope, channels));
    }

    private NDArray weight(Layer layer, NDIndex slice) {
      return parameters.get(NetworkLayout.weight(layer.name())).get(scope, slice);
    }

    private NDArray relu6(NDArray x) {
      return x.clip(0, RELU6);
    }
  }

  /** The depthwise weight of a subnet, {@code [width, 1, size, size]}, owned by {@code scope}. */
  static NDArray kernel(
      Parameters parameters, String layer, BlockSpace block, int size, int width, NDManager scope) {
    NDArray filter = parameters.get(NetworkLayout.weight(layer)).get(scope, leading(width));
    for (int next : NetworkLayout.descending(block.kernelSizes())) {
      int current = (int) filter.getShape().get(2);
      if (next < current && next >= size) {
        int margin = (current - next) / 2;
        NDIndex centre =
            new NDIndex()
                .addAllDim(2)
                .addSliceDim(margin, margin + next)
                .addSliceDim(margin, margin + next);
        filter =
            filter
                .get(centre)
                .reshape(width, (long) next * next)
                .matMul(parameters.get(NetworkLayout.transform(layer, current, next)))
                .reshape(width, 1, next, next);
      }
    }
    return filter;
  }

  private static Layer fixed(String name, boolean signedInput) {
    return new Layer(name, Layer.Role.FIXED, -1, signedInput);
  }

  private static Layer layer(
      String block, String part, Layer.Role role, int position, boolean signedInput) {
    return new Layer(block + "." + part, role, position, signedInput);
  }

  static NDIndex leading(int count) {
    return new NDIndex().addSliceDim(0, count);
  }

  static NDIndex leadingInputs(int count) {
    return new NDIndex().addAllDim().addSliceDim(0, count);
  }

  private static NDIndex all() {
    return new NDIndex().addAllDim();
  }
}
