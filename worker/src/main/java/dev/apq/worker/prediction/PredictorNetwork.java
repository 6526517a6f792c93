package dev.apq.worker.prediction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import dev.apq.core.artifact.FloatTensor;
import dev.apq.worker.tensor.Parameters;
import java.util.List;
import java.util.Map;

/** The forward pass of an accuracy predictor. */
final class PredictorNetwork implements AutoCloseable {
  private final Parameters parameters;
  private final boolean readsBits;

  PredictorNetwork(Map<String, FloatTensor> weights, NDManager parent) {
    this.parameters = Parameters.of(weights, parent);
    this.readsBits = weights.containsKey(PredictorWeights.BITS_WEIGHT);
  }

  Parameters parameters() {
    return parameters;
  }

  /** Predicted accuracies, {@code [count, 1]}; temporary arrays go to {@code scope}. */
  NDArray predict(Examples examples, NDManager scope) {
    NDArray x = hidden(0, examples.architectures(scope));
    if (readsBits) {
      x =
          x.add(
              linear(
                  examples.bits(scope), PredictorWeights.BITS_WEIGHT, PredictorWeights.BITS_BIAS));
    }
    for (int layer = 1; layer < PredictorWeights.HIDDEN_LAYERS; layer++) {
      x = hidden(layer, x);
    }
    return linear(x, PredictorWeights.OUTPUT_WEIGHT, PredictorWeights.OUTPUT_BIAS);
  }

  /** Predicted accuracies as numbers. */
  float[] predictions(Examples examples) {
    try (NDManager scope = parameters.scope()) {
      return predict(examples, scope).toFloatArray();
    }
  }

  /** Mean predictions of the networks of an ensemble. */
  static float[] predictions(List<Map<String, FloatTensor>> members, Examples examples) {
    double[] sums = new double[examples.count()];
    for (Map<String, FloatTensor> member : members) {
      try (NDManager manager = NDManager.newBaseManager();
          PredictorNetwork network = new PredictorNetwork(member, manager)) {
        float[] predictions = network.predictions(examples);
        for (int i = 0; i < sums.length; i++) {
          sums[i] += predictions[i];
        }
      }
    }
    float[] means = new float[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (sums[i] / members.size());
    }
    return means;
  }

  private NDArray hidden(int layer, NDArray x) {
    return Activation.relu(
        linear(x, PredictorWeights.hiddenWeight(layer), PredictorWeights.hiddenBias(layer)));
  }

  private NDArray linear(NDArray x, String weight, String bias) {
    return x.getNDArrayInternal()
        .linear(x, parameters.get(weight), parameters.get(bias))
        .singletonOrThrow();
  }

  @Override
  public void close() {
    parameters.close();
  }
}
