package dev.apq.worker.prediction;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.policy.Encoding;
import dev.apq.core.random.RandomStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Names, shapes and initial values of the predictors' weights (APQ, section 3.2): three hidden
 * layers behind the one-hot architecture; the quantization-aware predictor adds a linear layer of
 * the one-hot bit widths to the first hidden layer's output. Weights are {@code [out, in]}.
 */
final class PredictorWeights {
  static final int HIDDEN_LAYERS = 3;
  static final String BITS_WEIGHT = "bits.weight";
  static final String BITS_BIAS = "bits.bias";
  static final String OUTPUT_WEIGHT = "output.weight";
  static final String OUTPUT_BIAS = "output.bias";

  private PredictorWeights() {}

  static String hiddenWeight(int layer) {
    return "hidden." + layer + ".weight";
  }

  static String hiddenBias(int layer) {
    return "hidden." + layer + ".bias";
  }

  /** A full-precision predictor that predicts about {@code mean} for everything. */
  static Map<String, FloatTensor> fresh(
      Encoding encoding, int hiddenSize, float mean, RandomStream random) {
    Map<String, FloatTensor> weights = new LinkedHashMap<>();
    for (int layer = 0; layer < HIDDEN_LAYERS; layer++) {
      int in = layer == 0 ? encoding.architectureFeatures() : hiddenSize;
      double deviation = Math.sqrt(2.0 / in);
      weights.put(hiddenWeight(layer), normal(hiddenSize, in, deviation, random.at(layer)));
      weights.put(hiddenBias(layer), vector(hiddenSize, 0));
    }
    double deviation = 0.1 / Math.sqrt(hiddenSize);
    weights.put(OUTPUT_WEIGHT, normal(1, hiddenSize, deviation, random.at(HIDDEN_LAYERS)));
    weights.put(OUTPUT_BIAS, vector(1, mean));
    return weights;
  }

  /** The same predictor, able to read bit widths and not yet influenced by them. */
  static Map<String, FloatTensor> withBits(Map<String, FloatTensor> weights, Encoding encoding) {
    int hidden = Objects.requireNonNull(weights.get(hiddenBias(0))).shape()[0];
    int[] shape = {hidden, encoding.bitFeatures()};
    Map<String, FloatTensor> extended = new LinkedHashMap<>(weights);
    extended.put(BITS_WEIGHT, new FloatTensor(shape, new float[shape[0] * shape[1]]));
    extended.put(BITS_BIAS, vector(hidden, 0));
    return extended;
  }

  /** The same predictor, whose predictions are all lower by {@code shift}. */
  static Map<String, FloatTensor> lowered(Map<String, FloatTensor> weights, double shift) {
    Map<String, FloatTensor> lowered = new LinkedHashMap<>(weights);
    float bias = Objects.requireNonNull(weights.get(OUTPUT_BIAS)).data()[0];
    lowered.put(OUTPUT_BIAS, vector(1, (float) (bias - shift)));
    return lowered;
  }

  /** Whether weight decay applies. */
  static boolean decays(String name) {
    return name.endsWith(".weight");
  }

  private static FloatTensor normal(int out, int in, double deviation, RandomStream random) {
    float[] data = new float[out * in];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) (deviation * random.nextGaussian());
    }
    return new FloatTensor(new int[] {out, in}, data);
  }

  private static FloatTensor vector(int size, float value) {
    float[] data = new float[size];
    Arrays.fill(data, value);
    return new FloatTensor(new int[] {size}, data);
  }
}
