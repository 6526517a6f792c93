package dev.apq.worker.export;

import dev.apq.core.policy.Architecture;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Normalizer;
import java.util.List;

/**
 * A calibrated quantized subnet in plain Java: everything that its outputs depend on, and no tensor
 * library. Immutable.
 *
 * @param inputChannels channels of an image
 * @param resolution height and width of an image, in pixels
 * @param classes number of classes
 * @param layers in the order in which they run; each reads the output of the one before it
 */
public record FrozenNetwork(
    int inputChannels, int resolution, int classes, List<FrozenLayer> layers) {

  /**
   * @throws IllegalArgumentException if a layer does not fit the one before it
   */
  public FrozenNetwork {
    layers = List.copyOf(layers);
    int channels = inputChannels;
    int size = resolution;
    for (int i = 0; i < layers.size(); i++) {
      FrozenLayer layer = layers.get(i);
      int expected = layer.pooled() ? 1 : size;
      if (layer.shape().inChannels() != channels || layer.shape().inSize() != expected) {
        throw new IllegalArgumentException(
            layer.name() + " reads " + layer.shape() + " behind " + channels + " channels");
      }
      channels = layer.shape().outChannels();
      size = layer.shape().outSize();
      if (layer.shortcut() >= i) {
        throw new IllegalArgumentException(layer.name() + " adds the output of a later layer");
      }
      if (layer.shortcut() >= 0) {
        var other = layers.get(layer.shortcut()).shape();
        if (other.outChannels() != channels || other.outSize() != size) {
          throw new IllegalArgumentException(layer.name() + " adds an output of another shape");
        }
      }
    }
    if (layers.isEmpty() || channels != classes || size != 1) {
      throw new IllegalArgumentException("a network must end with one score per class");
    }
  }

  /**
   * Copies a subnet out of native memory.
   *
   * <p>Integer kernels add integer biases. So the bias of every layer with an {@link
   * #integerOutput} is rounded to whole steps of its sum of products, here and, by moving their
   * means, in the recorded statistics. Freeze first and measure afterwards: what is measured then
   * is what an integer kernel computes.
   *
   * @param network the supernet, or the subnet extracted from it
   * @param architecture the subnet
   * @param quantizers calibrated for it
   * @param statistics of its batch normalizations, recorded with those quantizers; biases are
   *     rounded in them too
   */
  public static FrozenNetwork of(
      ElasticNetwork network,
      Architecture architecture,
      FakeQuantization quantizers,
      Normalizer.Recording statistics) {
    return new Freezing(network, quantizers, statistics).freeze(architecture);
  }

  /**
   * Whether nothing but the next layer's quantizer reads a layer's output, and clips it as the
   * ReLU6 in between does: then integers go in and integers come out.
   *
   * @param position of the layer
   */
  public boolean integerOutput(int position) {
    FrozenLayer layer = layers.get(position);
    if (position + 1 == layers.size()
        || layer.input() == null
        || layer.shortcut() >= 0
        || layers.stream().anyMatch(other -> other.shortcut() == position)) {
      return false;
    }
    FrozenLayer next = layers.get(position + 1);
    InputGrid grid = next.input();
    if (grid == null || next.pooled()) {
      return false;
    }
    return !layer.relu6() || !grid.signed();
  }

  /** Bits of all weights, each at its bit width. */
  public long weightBits() {
    return layers.stream()
        .mapToLong(layer -> layer.shape().weights() * layer.shape().weightBits())
        .sum();
  }

  /** Output channels of all layers together. */
  public long outputChannels() {
    return layers.stream().mapToLong(layer -> layer.shape().outChannels()).sum();
  }
}
