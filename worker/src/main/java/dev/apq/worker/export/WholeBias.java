package dev.apq.worker.export;

import java.util.ArrayList;
import java.util.List;

/**
 * Rounds the bias of every layer with an {@linkplain FrozenNetwork#integerOutput integer output} to
 * whole steps of its sum of products, by moving the means of its batch normalization: integer
 * kernels add integers.
 */
final class WholeBias {
  private WholeBias() {}

  /** The network with such biases; layers without integer output are the same objects. */
  static FrozenNetwork rounded(FrozenNetwork exact) {
    List<FrozenLayer> layers = new ArrayList<>(exact.layers());
    for (int i = 0; i < layers.size(); i++) {
      FrozenLayer layer = layers.get(i);
      InputGrid input = layer.input();
      if (exact.integerOutput(i)
          && input != null
          && layer.affine() instanceof FrozenLayer.BatchNormalization normalization) {
        layers.set(i, layer.with(normalization.withMean(means(layer, input, normalization))));
      }
    }
    return new FrozenNetwork(exact.inputChannels(), exact.resolution(), exact.classes(), layers);
  }

  private static float[] means(
      FrozenLayer layer, InputGrid input, FrozenLayer.BatchNormalization normalization) {
    FoldedLayer.IntegerBias bias = FoldedLayer.of(layer).integerBias(input);
    float[] mean = normalization.mean().clone();
    for (int c = 0; c < mean.length; c++) {
      double factor = normalization.factor(c);
      if (factor != 0) {
        double whole = (double) bias.levels()[c] * bias.steps()[c];
        mean[c] = (float) ((normalization.beta()[c] - whole) / factor);
      }
    }
    return mean;
  }
}
