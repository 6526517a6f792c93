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
  private final DepthwiseProduct product;

  public ElasticNetwork(SearchSpace space, Parameters parameters) {
    this.space = space;
    this.blocks = space.blocks();
    this.parameters = parameters;
    this.product = new DepthwiseProduct(parameters.manager());
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
    return new Pass(images, precision, normalizer).run(architecture, images);
  }

  /** Active blocks of an architecture, in network order. */
  public static List<BlockSpace> active(List<BlockSpace> blocks, Architecture architecture) {
    List<BlockSpace> active = new ArrayList<>();
    for (BlockSpace block : blocks) {
      if (block.positionInStage() < architecture.depths().get(block.stage())) {
        active.add(block);
      }
    }
    return active;
  }

  /**
   * One forward pass. Maps are kept as {@code [channels, batch * height * width]}, in which every
   * 1x1 convolution is a single matrix product.
   */
  private final class Pass {
    private final NDManager scope;
    private final Precision precision;
    private final Normalizer normalizer;
    private final long batch;

    Pass(NDArray images, Precision precision, Normalizer normalizer) {
      this.scope = images.getManager();
      this.precision = precision;
      this.normalizer = normalizer;
      this.batch = images.getShape().get(0);
    }

    NDArray run(Architecture architecture, NDArray images) {
      NDArray x = relu6(stem(images));
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
      x = relu6(pointwise(head, x, weight(head)));
      return classify(x.reshape(space.headChannels(), batch, -1).mean(new int[] {2}).transpose());
    }

    private NDArray stem(NDArray images) {
      Layer layer = new Layer(NetworkLayout.STEM, Layer.Role.STEM, -1, true);
      NDArray filter = precision.weight(layer, weight(layer));
      NDArray y = convolve(precision.input(layer, images), filter, space.stem().stride(), 1);
      return normalize(layer, y.swapAxes(0, 1).reshape(filter.getShape().get(0), -1));
    }

    private NDArray firstBlock(NDArray x, FirstBlock first) {
      Layer depthwise = fixed(NetworkLayout.FIRST + "." + NetworkLayout.DEPTHWISE, false);
      int size = SearchSpace.outSize(space.resolution(), space.stem().stride());
      NDArray y = relu6(depthwise(depthwise, x, weight(depthwise), size, first.stride()));
      Layer project = fixed(NetworkLayout.FIRST + "." + NetworkLayout.PROJECT, false);
      y = pointwise(project, y, weight(project));
      return NetworkLayout.residual(space, first) ? y.add(x) : y;
    }

    private NDArray block(NDArray x, BlockSpace block, int position, int kernel, int width) {
      String name = NetworkLayout.block(block.index());
      boolean afterStem = position == 0 && space.firstBlock() == null;
      Layer expand = layer(name, NetworkLayout.EXPAND, Layer.Role.POINTWISE, position, !afterStem);
      NDArray y = relu6(pointwise(expand, x, weight(expand).get(scope, leading(width))));
      Layer depthwise = layer(name, NetworkLayout.DEPTHWISE, Layer.Role.DEPTHWISE, position, false);
      NDArray filter = kernel(parameters, depthwise.name(), block, kernel, width, scope);
      y = relu6(depthwise(depthwise, y, filter, block.inSize(), block.stride()));
      Layer project = layer(name, NetworkLayout.PROJECT, Layer.Role.POINTWISE, position, false);
      y = pointwise(project, y, weight(project).get(scope, leadingInputs(width)));
      return block.residual() ? y.add(x) : y;
    }

    private NDArray classify(NDArray pooled) {
      Layer layer = fixed(NetworkLayout.CLASSIFIER, false);
      NDArray input = precision.input(layer, pooled);
      NDArray weight = precision.weight(layer, weight(layer));
      NDArray bias = parameters.get(NetworkLayout.bias(layer.name()));
      return input.getNDArrayInternal().linear(input, weight, bias).singletonOrThrow();
    }

    private NDArray pointwise(Layer layer, NDArray x, NDArray weight) {
      NDArray filter = precision.weight(layer, weight);
      Shape shape = filter.getShape();
      NDArray matrix = filter.reshape(shape.get(0), shape.get(1));
      return normalize(layer, matrix.matMul(precision.input(layer, x)));
    }

    private NDArray depthwise(Layer layer, NDArray x, NDArray weight, int size, int stride) {
      NDArray filter = precision.weight(layer, weight);
      NDArray input = precision.input(layer, x);
      long channels = filter.getShape().get(0);
      NDArray y;
      if (DepthwiseProduct.suits(size, (int) filter.getShape().get(2))) {
        y = product.convolve(input.reshape(channels, batch, -1), filter, size, stride);
      } else {
        NDArray maps = input.reshape(channels, batch, size, size).swapAxes(0, 1);
        y = convolve(maps, filter, stride, (int) channels).swapAxes(0, 1);
      }
      return normalize(layer, y.reshape(channels, -1));
    }

    private NDArray convolve(NDArray x, NDArray filter, int stride, int groups) {
      long pad = filter.getShape().get(2) / 2;
      return Conv2d.conv2d(
              x,
              filter,
              null,
              new Shape(stride, stride),
              new Shape(pad, pad),
              new Shape(1, 1),
              groups)
          .singletonOrThrow();
    }

    private NDArray normalize(Layer layer, NDArray y) {
      long channels = y.getShape().get(0);
      NDIndex leading = leading((int) channels);
      return normalizer
          .normalize(
              layer.name(),
              y.reshape(1, channels, -1),
              parameters.get(NetworkLayout.gamma(layer.name())).get(scope, leading),
              parameters.get(NetworkLayout.beta(layer.name())).get(scope, leading))
          .reshape(channels, -1);
    }

    /** A whole weight, as a view that belongs to this pass. */
    private NDArray weight(Layer layer) {
      return parameters.get(NetworkLayout.weight(layer.name())).get(scope, all());
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
