package dev.apq.worker.export;

/**
 * A layer with its batch normalization folded into the weights: output channel {@code c} is {@code
 * scales[c] * inputScale * sum(levels * inputLevels) + bias[c]}.
 *
 * <p>Weights are rounded before normalization, so folding scales the grid of a channel and leaves
 * its levels alone, except that a negative factor turns their signs. A channel whose factor is so
 * small (zero, in the extreme) that its bias would not fit 30 bits in steps of {@code scales[c] *
 * inputScale} gets the least scale at which it fits, and levels rounded to that: the channel is
 * constant for all practical purposes, and changes by less than 10^-7 of its bias per input.
 *
 * @param levels as in {@link WeightLevels#levels}
 * @param scales one per output channel, above 0
 * @param bias one per output channel
 */
record FoldedLayer(byte[] levels, float[] scales, float[] bias) {
  private static final double GREATEST_INTEGER_BIAS = 1 << 30;
  private static final double LEAST_SCALE = 1e-30;

  static FoldedLayer of(FrozenLayer layer) {
    int channels = layer.shape().outChannels();
    byte[] levels = layer.weights().levels().clone();
    float[] scales = new float[channels];
    float[] bias = new float[channels];
    int perChannel = levels.length / channels;
    InputGrid input = layer.input();
    double step = input == null ? 1 : input.scale();
    for (int c = 0; c < channels; c++) {
      double factor = layer.affine().factor(c);
      double exact = layer.weights().scale(c) * Math.abs(factor);
      bias[c] = finite(layer, (float) layer.affine().summand(c));
      scales[c] = finite(layer, (float) Math.max(exact, least(bias[c], step)));
      double ratio = Math.signum(factor) * (exact < scales[c] / 2.0 ? exact / scales[c] : 1);
      for (int i = c * perChannel; i < (c + 1) * perChannel; i++) {
        levels[i] = (byte) Math.rint(levels[i] * ratio);
      }
    }
    return new FoldedLayer(levels, scales, bias);
  }

  private static double least(float bias, double step) {
    return Math.max(Math.abs(bias) / step / GREATEST_INTEGER_BIAS, LEAST_SCALE);
  }

  /** The bias of each channel in steps of {@code scales[c] * inputScale}, and these steps. */
  IntegerBias integerBias(InputGrid input) {
    int[] levels = new int[bias.length];
    float[] steps = new float[bias.length];
    for (int c = 0; c < bias.length; c++) {
      steps[c] = scales[c] * input.scale();
      levels[c] = (int) Math.rint((double) bias[c] / steps[c]);
    }
    return new IntegerBias(levels, steps);
  }

  /** A bias in whole steps of the sum of products that it is added to. */
  record IntegerBias(int[] levels, float[] steps) {}

  private static float finite(FrozenLayer layer, float value) {
    if (!Float.isFinite(value)) {
      throw new ExportException(
          layer.name() + " has a batch normalization that is no finite number",
          "train the network again with a lower learning rate");
    }
    return value;
  }
}
