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
import dev.apq.worker.tensor.Arithmetic;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.Relu6;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The forward pass of any subnet of a space over shared weights.
 *
 * <p>A subnet uses the first blocks of each stage, the first channels of each expansion, and the
 * centre of each depthwise kernel, passed through the learned transforms. Weights that are already
 * of the subnet's size (a network of its own, see {@link Extraction}) are used as they are.
 */
public final class ElasticNetwork {
  private final SearchSpace space;
  private final List<BlockSpace> blocks;
  private final Parameters parameters;
  private final Arithmetic arithmetic;
  private final DepthwiseProduct product;

  /** Computes in 32-bit floats. */
  public ElasticNetwork(SearchSpace space, Parameters parameters) {
    this(space, parameters, Arithmetic.FLOAT32);
  }

  ElasticNetwork(SearchSpace space, Parameters parameters, Arithmetic arithmetic) {
    this.space = space;
    this.blocks = space.blocks();
    this.parameters = parameters;
    this.arithmetic = arithmetic;
    this.product = new DepthwiseProduct(parameters.manager(), arithmetic);
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
    private NDManager scope;
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
      NDArray x = part(view(images, scope), input -> Relu6.of(stem(input)));
      FirstBlock first = space.firstBlock();
      if (first != null) {
        x = part(x, input -> firstBlock(input, first));
      }
      List<BlockSpace> active = active(blocks, architecture);
      for (int i = 0; i < active.size(); i++) {
        int position = i;
        int kernel = architecture.kernelSizes().get(i);
        int width = architecture.channels().get(i);
        x = part(x, input -> block(input, active.get(position), position, kernel, width));
      }
      return part(x, this::head);
    }

    /**
     * Runs a part of the network and frees what it leaves behind, so that the next part finds warm
     * memory; what a gradient needs is kept by the engine.
     *
     * @param input freed with the rest: results belong to the scope of their first operand
     */
    private NDArray part(NDArray input, UnaryOperator<NDArray> network) {
      NDManager outer = scope;
      try (NDManager inner = outer.newSubManager()) {
        scope = inner;
        input.attach(inner);
        NDArray output = network.apply(input);
        output.attach(outer);
        return output;
      } finally {
        scope = outer;
      }
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
      NDArray y = Relu6.of(depthwise(depthwise, x, weight(depthwise), size, first.stride()));
      Layer project = fixed(NetworkLayout.FIRST + "." + NetworkLayout.PROJECT, false);
      y = pointwise(project, y, weight(project));
      return NetworkLayout.residual(space, first) ? y.add(x) : y;
    }

    private NDArray block(NDArray x, BlockSpace block, int position, int kernel, int width) {
      String name = NetworkLayout.block(block.index());
      boolean afterStem = position == 0 && space.firstBlock() == null;
      Layer expand = layer(name, NetworkLayout.EXPAND, Layer.Role.POINTWISE, position, !afterStem);
      NDArray y =
          Relu6.of(
              pointwise(
                  expand,
                  x,
                  leading(parameters.get(NetworkLayout.weight(expand.name())), width, scope)));
      Layer depthwise = layer(name, NetworkLayout.DEPTHWISE, Layer.Role.DEPTHWISE, position, false);
      NDArray filter = kernel(parameters, depthwise.name(), block, kernel, width, scope);
      y = Relu6.of(depthwise(depthwise, y, filter, block.inSize(), block.stride()));
      Layer project = layer(name, NetworkLayout.PROJECT, Layer.Role.POINTWISE, position, false);
      y =
          pointwise(
              project,
              y,
              leadingInputs(parameters.get(NetworkLayout.weight(project.name())), width, scope));
      return block.residual() ? y.add(x) : y;
    }

    private NDArray head(NDArray x) {
      Layer head = fixed(NetworkLayout.HEAD, true);
      NDArray y = Relu6.of(pointwise(head, x, weight(head)));
      return classify(y.reshape(space.headChannels(), batch, -1).mean(new int[] {2}).transpose());
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
      NDArray input = arithmetic.operand(precision.input(layer, x));
      return normalize(layer, arithmetic.result(arithmetic.operand(matrix).matMul(input)));
    }

    private NDArray depthwise(Layer layer, NDArray x, NDArray weight, int size, int stride) {
      NDArray filter = precision.weight(layer, weight);
      NDArray input = precision.input(layer, x);
      long channels = filter.getShape().get(0);
      NDArray y;
      if (DepthwiseProduct.suits(size, (int) filter.getShape().get(2))) {
        y = product.convolve(input.reshape(channels, batch, -1), filter, size, stride);
      } else {
        y = nativeDepthwise(input, filter, size, stride);
      }
      return normalize(layer, y.reshape(channels, -1));
    }

    /**
     * The native convolution, with every channel of every image as a group of its own: so the maps
     * need not be brought into another order and back, which takes longer than a 3x3 convolution.
     */
    private NDArray nativeDepthwise(NDArray x, NDArray filter, int size, int stride) {
      Shape shape = filter.getShape();
      long groups = shape.get(0) * batch;
      NDArray filters =
          filter
              .broadcast(shape.get(0), batch, shape.get(2), shape.get(3))
              .reshape(groups, 1, shape.get(2), shape.get(3));
      return convolve(x.reshape(1, groups, size, size), filters, stride, (int) groups);
    }

    private NDArray convolve(NDArray x, NDArray filter, int stride, int groups) {
      long pad = filter.getShape().get(2) / 2;
      NDArray y =
          Conv2d.conv2d(
                  arithmetic.operand(x),
                  arithmetic.operand(filter),
                  null,
                  new Shape(stride, stride),
                  new Shape(pad, pad),
                  new Shape(1, 1),
                  groups)
              .singletonOrThrow();
      return arithmetic.result(y);
    }

    private NDArray normalize(Layer layer, NDArray y) {
      long channels = y.getShape().get(0);
      NDArray gamma = parameters.get(NetworkLayout.gamma(layer.name()));
      NDArray beta = parameters.get(NetworkLayout.beta(layer.name()));
      return normalizer
          .normalize(
              layer.name(),
              y.reshape(1, channels, -1),
              leading(gamma, channels, scope),
              leading(beta, channels, scope))
          .reshape(channels, -1);
    }

    /** A whole weight, as a view that belongs to this pass. */
    private NDArray weight(Layer layer) {
      return view(parameters.get(NetworkLayout.weight(layer.name())), scope);
    }
  }

  /** The depthwise weight of a subnet, {@code [width, 1, size, size]}, owned by {@code scope}. */
  static NDArray kernel(
      Parameters parameters, String layer, BlockSpace block, int size, int width, NDManager scope) {
    NDArray filter = leading(parameters.get(NetworkLayout.weight(layer)), width, scope);
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

  /** The first entries along the first axis, owned by {@code scope}. */
  static NDArray leading(NDArray array, long count, NDManager scope) {
    return count == array.getShape().get(0)
        ? view(array, scope)
        : array.get(scope, new NDIndex().addSliceDim(0, count));
  }

  /** The first entries along the second axis, owned by {@code scope}. */
  static NDArray leadingInputs(NDArray array, long count, NDManager scope) {
    return count == array.getShape().get(1)
        ? view(array, scope)
        : array.get(scope, new NDIndex().addAllDim().addSliceDim(0, count));
  }

  /** The same array, owned by {@code scope}; a slice would copy its whole gradient. */
  private static NDArray view(NDArray array, NDManager scope) {
    NDArray view = array.reshape(array.getShape());
    view.attach(scope);
    return view;
  }
}
