package dev.apq.worker.export;

import dev.apq.core.cost.LayerShape;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Networks that are good for nothing but to be timed: how long one takes lies in its shapes. */
public final class RandomNetwork {
  private static final float RANGE = 6;
  private static final float EPSILON = 1e-3f;

  private RandomNetwork() {}

  /**
   * A network with random weights.
   *
   * @param policy member of the space, with bit widths
   */
  public static FrozenNetwork of(SearchSpace space, Policy policy, RandomStream random) {
    Quantization bits = Objects.requireNonNull(policy.quantization());
    List<FrozenLayer> layers = new ArrayList<>();
    for (NetworkPlan.Place place : NetworkPlan.of(space, policy.architecture())) {
      layers.add(layer(place, bits, random.at(layers.size())));
    }
    return WholeBias.rounded(
        new FrozenNetwork(space.inputChannels(), space.resolution(), space.classes(), layers));
  }

  private static FrozenLayer layer(
      NetworkPlan.Place place, Quantization bits, RandomStream random) {
    Layer layer = place.layer();
    boolean searched = layer.activeBlock() >= 0;
    boolean pointwise = layer.role() == Layer.Role.POINTWISE;
    List<Integer> weightBits = pointwise ? bits.pointwiseWeightBits() : bits.depthwiseWeightBits();
    List<Integer> inputBits =
        pointwise ? bits.pointwiseActivationBits() : bits.depthwiseActivationBits();
    int fixed = SearchSpace.FIXED_BITS;
    LayerShape shape =
        place.shape(
            searched ? weightBits.get(layer.activeBlock()) : fixed,
            searched ? inputBits.get(layer.activeBlock()) : fixed);
    InputGrid input =
        layer.role() == Layer.Role.STEM
            ? null
            : new InputGrid(
                RANGE / ((1 << (shape.activationBits() - (layer.signedInput() ? 1 : 0))) - 1),
                shape.activationBits(),
                layer.signedInput());
    return new FrozenLayer(
        layer.name(),
        shape,
        place.classifier(),
        input,
        weights(shape, random),
        affine(place, shape.outChannels(), random),
        place.relu6(),
        place.shortcut());
  }

  private static WeightLevels weights(LayerShape shape, RandomStream random) {
    int count = Math.toIntExact(shape.weights());
    int greatest = (1 << (shape.weightBits() - 1)) - 1;
    byte[] levels = new byte[count];
    for (int i = 0; i < count; i++) {
      levels[i] = (byte) (random.nextInt(2 * greatest + 1) - greatest);
    }
    double fanIn = (double) count / shape.outChannels();
    float[] scales = new float[shape.outChannels()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = (float) ((0.5 + random.nextDouble()) / (greatest * Math.sqrt(fanIn)));
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = levels[i] * scales[i / (count / scales.length)];
    }
    return new WeightLevels(values, levels, scales, shape.weightBits());
  }

  private static FrozenLayer.Affine affine(
      NetworkPlan.Place place, int channels, RandomStream random) {
    float[] shifts = new float[channels];
    float[] factors = new float[channels];
    float[] ones = new float[channels];
    for (int c = 0; c < channels; c++) {
      shifts[c] = (float) random.nextGaussian();
      factors[c] = (random.nextBoolean(0.3) ? -1 : 1) * (float) (2 + random.nextDouble());
      ones[c] = 1;
    }
    return place.classifier()
        ? new FrozenLayer.Bias(shifts)
        : new FrozenLayer.BatchNormalization(factors, shifts, new float[channels], ones, EPSILON);
  }
}
