package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.tensor.Parameters;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Puts the expanded channels of every block in order of importance: the L1 norm of the weights with
 * which the projection reads them (once-for-all, Cai et al., ICLR 2020, section 3.3).
 *
 * <p>A narrow subnet takes the first channels. Sorting lets it start from the best ones; the widest
 * network computes the same as before.
 */
final class ChannelOrder {
  private final Map<String, int[]> orders;

  private ChannelOrder(Map<String, int[]> orders) {
    this.orders = orders;
  }

  /** The order that the weights of a supernet suggest. */
  static ChannelOrder byImportance(SearchSpace space, Parameters weights) {
    Map<String, int[]> orders = new HashMap<>();
    for (BlockSpace block : space.blocks()) {
      String name = NetworkLayout.block(block.index()) + ".";
      String project = NetworkLayout.weight(name + NetworkLayout.PROJECT);
      orders.put(name, descending(norms(weights.get(project))));
    }
    return new ChannelOrder(orders);
  }

  /**
   * Reorders in place.
   *
   * @param parameters weights, or anything kept for each of them, such as an optimizer's state
   */
  void apply(Parameters parameters) {
    orders.forEach(
        (block, order) -> {
          for (String layer :
              List.of(block + NetworkLayout.EXPAND, block + NetworkLayout.DEPTHWISE)) {
            for (String part :
                List.of(
                    NetworkLayout.weight(layer),
                    NetworkLayout.gamma(layer),
                    NetworkLayout.beta(layer))) {
              reorder(parameters, part, 0, order);
            }
          }
          reorder(parameters, NetworkLayout.weight(block + NetworkLayout.PROJECT), 1, order);
        });
  }

  /** L1 norm of each input channel of a 1x1 convolution, {@code [out, in, 1, 1]}. */
  private static double[] norms(NDArray weight) {
    float[] values = weight.toFloatArray();
    double[] norms = new double[(int) weight.getShape().get(1)];
    for (int i = 0; i < values.length; i++) {
      norms[i % norms.length] += Math.abs(values[i]);
    }
    return norms;
  }

  private static int[] descending(double[] norms) {
    return IntStream.range(0, norms.length)
        .boxed()
        .sorted(Comparator.comparingDouble(channel -> -norms[channel]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static void reorder(Parameters parameters, String name, int axis, int[] order) {
    NDArray array = parameters.get(name);
    Shape shape = array.getShape();
    int outer = (int) shape.slice(0, axis).size();
    int inner = (int) shape.slice(axis + 1).size();
    float[] source = array.toFloatArray();
    float[] target = new float[source.length];
    for (int o = 0; o < outer; o++) {
      for (int c = 0; c < order.length; c++) {
        int from = (o * order.length + order[c]) * inner;
        System.arraycopy(source, from, target, (o * order.length + c) * inner, inner);
      }
    }
    parameters.set(name, target);
  }
}
