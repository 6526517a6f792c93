package dev.apq.benchmarks;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.policy.Encoding;
import dev.apq.core.predictor.Predictor;
import dev.apq.core.random.RandomStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Predictors of the paper's shape with random weights, for spaces that nobody trained on. */
final class RandomPredictor {
  private static final int HIDDEN = 400;

  private RandomPredictor() {}

  static Predictor of(Encoding encoding, long seed) throws InvalidArtifactException {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    RandomStream random = RandomStream.of(seed);
    layer(tensors, "hidden.0", HIDDEN, encoding.architectureFeatures(), random);
    layer(tensors, "hidden.1", HIDDEN, HIDDEN, random);
    layer(tensors, "hidden.2", HIDDEN, HIDDEN, random);
    layer(tensors, "bits", HIDDEN, encoding.bitFeatures(), random);
    layer(tensors, "output", 1, HIDDEN, random);
    return Predictor.of(tensors, encoding);
  }

  private static void layer(
      Map<String, FloatTensor> tensors, String name, int outputs, int inputs, RandomStream random) {
    double scale = Math.sqrt(2.0 / inputs);
    float[] weight = new float[outputs * inputs];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (scale * random.nextGaussian());
    }
    tensors.put(name + ".weight", new FloatTensor(new int[] {outputs, inputs}, weight));
    tensors.put(name + ".bias", new FloatTensor(new int[] {outputs}, new float[outputs]));
  }
}
