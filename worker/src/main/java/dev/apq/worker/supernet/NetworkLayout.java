package dev.apq.worker.supernet;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.SearchSpace;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names and shapes of the weights of a supernet, and their initial values.
 *
 * <p>Convolution weights are {@code [out, in / groups, k, k]}. A block keeps its largest kernel and
 * widest expansion; smaller ones are slices. {@code kernel<a>to<b>} is the learned {@code [b*b,
 * b*b]} matrix between the centre crop of kernel {@code a} and kernel {@code b} (once-for-all, Cai
 * et al., ICLR 2020, section 3.3).
 */
public final class NetworkLayout {
  /** Prefix of the first convolution. */
  public static final String STEM = "stem";

  /** Prefix of the first block. */
  public static final String FIRST = "first";

  static final String BLOCKS = "blocks.";

  /** Prefix of the last convolution. */
  public static final String HEAD = "head";

  /** Prefix of the linear layer. */
  public static final String CLASSIFIER = "classifier";

  /** A block's first convolution. */
  public static final String EXPAND = "expand";

  /** A block's second convolution. */
  public static final String DEPTHWISE = "depthwise";

  /** A block's third convolution. */
  public static final String PROJECT = "project";

  private final SearchSpace space;
  private final RandomStream random;
  private final Map<String, FloatTensor> tensors = new LinkedHashMap<>();

  private NetworkLayout(SearchSpace space, RandomStream random) {
    this.space = space;
    this.random = random;
  }

  /** Initial weights of the supernet of a space: a pure function of the space and the stream. */
  public static Map<String, FloatTensor> initialWeights(SearchSpace space, RandomStream random) {
    return new NetworkLayout(space, random).build();
  }

  /** Whether input and output of the first block are added. */
  public static boolean residual(SearchSpace space, FirstBlock first) {
    return first.stride() == 1 && first.channels() == space.stem().channels();
  }

  /** Kernel sizes in the order of the transforms between them. */
  static List<Integer> descending(List<Integer> kernelSizes) {
    return kernelSizes.stream().sorted(Collections.reverseOrder()).toList();
  }

  /** Prefix of a block's weights. */
  public static String block(int index) {
    return BLOCKS + index;
  }

  static String weight(String layer) {
    return layer + ".weight";
  }

  /** Name of the scales of a layer's batch normalization. */
  public static String gamma(String layer) {
    return layer + ".bn.gamma";
  }

  /** Name of the shifts of a layer's batch normalization. */
  public static String beta(String layer) {
    return layer + ".bn.beta";
  }

  /** Name of a layer's bias. */
  public static String bias(String layer) {
    return layer + ".bias";
  }

  static String transform(String layer, int from, int to) {
    return layer + ".kernel" + from + "to" + to;
  }

  /**
   * Whether weight decay applies: to weights, not to batch normalization, biases or kernel
   * transforms (which it would pull from the identity).
   */
  public static boolean decays(String name) {
    return name.endsWith(".weight");
  }

  private Map<String, FloatTensor> build() {
    int stem = space.stem().channels();
    convolution(STEM, stem, space.inputChannels(), space.stem().kernelSize(), 1);
    FirstBlock first = space.firstBlock();
    if (first != null) {
      convolution(FIRST + "." + DEPTHWISE, stem, 1, first.kernelSize(), 1);
      convolution(FIRST + "." + PROJECT, first.channels(), stem, 1, residual(space, first) ? 0 : 1);
    }
    int channels = space.trunkChannels();
    for (BlockSpace block : space.blocks()) {
      block(block);
      channels = block.outChannels();
    }
    convolution(HEAD, space.headChannels(), channels, 1, 1);
    int[] shape = {space.classes(), space.headChannels()};
    tensors.put(weight(CLASSIFIER), normal(shape, 0.01));
    tensors.put(bias(CLASSIFIER), constant(space.classes(), 0));
    return tensors;
  }

  private void block(BlockSpace block) {
    String name = block(block.index());
    int width = Collections.max(block.widths());
    List<Integer> kernels = descending(block.kernelSizes());
    convolution(name + "." + EXPAND, width, block.inChannels(), 1, 1);
    convolution(name + "." + DEPTHWISE, width, 1, kernels.get(0), 1);
    for (int i = 1; i < kernels.size(); i++) {
      String transform = transform(name + "." + DEPTHWISE, kernels.get(i - 1), kernels.get(i));
      tensors.put(transform, identity(kernels.get(i) * kernels.get(i)));
    }
    // A residual block starts as the identity, which lets every depth train from the first step.
    convolution(name + "." + PROJECT, block.outChannels(), width, 1, block.residual() ? 0 : 1);
  }

  private void convolution(String name, int out, int inPerGroup, int kernel, float gamma) {
    int[] shape = {out, inPerGroup, kernel, kernel};
    double fanIn = (double) inPerGroup * kernel * kernel;
    tensors.put(weight(name), normal(shape, Math.sqrt(2 / fanIn)));
    tensors.put(gamma(name), constant(out, gamma));
    tensors.put(beta(name), constant(out, 0));
  }

  private FloatTensor normal(int[] shape, double deviation) {
    RandomStream stream = random.at(tensors.size());
    int count = 1;
    for (int extent : shape) {
      count = Math.multiplyExact(count, extent);
    }
    float[] data = new float[count];
    for (int i = 0; i < count; i++) {
      data[i] = (float) (deviation * stream.nextGaussian());
    }
    return new FloatTensor(shape, data);
  }

  private static FloatTensor constant(int count, float value) {
    float[] data = new float[count];
    Arrays.fill(data, value);
    return new FloatTensor(new int[] {count}, data);
  }

  private static FloatTensor identity(int size) {
    float[] data = new float[size * size];
    for (int i = 0; i < size; i++) {
      data[i * size + i] = 1;
    }
    return new FloatTensor(new int[] {size, size}, data);
  }
}
