package dev.apq.worker.prediction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.core.contract.Sample;
import dev.apq.core.policy.Encoding;
import java.util.Arrays;
import java.util.List;

/** Measured policies as the predictor reads them. */
final class Examples {
  private final int architectureFeatures;
  private final int bitFeatures;
  private final List<int[]> hot;
  private final float[] accuracies;

  private Examples(int architectureFeatures, int bitFeatures, List<int[]> hot, float[] accuracies) {
    this.architectureFeatures = architectureFeatures;
    this.bitFeatures = bitFeatures;
    this.hot = hot;
    this.accuracies = accuracies;
  }

  static Examples of(Encoding encoding, List<Sample> samples) {
    float[] accuracies = new float[samples.size()];
    for (int i = 0; i < accuracies.length; i++) {
      accuracies[i] = (float) samples.get(i).accuracy();
    }
    List<int[]> hot = samples.stream().map(sample -> encoding.hot(sample.policy())).toList();
    return new Examples(encoding.architectureFeatures(), encoding.bitFeatures(), hot, accuracies);
  }

  int count() {
    return accuracies.length;
  }

  /** The examples at some indices, in that order. */
  Examples at(int[] indices) {
    float[] some = new float[indices.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = accuracies[indices[i]];
    }
    List<int[]> features = Arrays.stream(indices).mapToObj(hot::get).toList();
    return new Examples(architectureFeatures, bitFeatures, features, some);
  }

  /** Measured accuracies, 0..1. */
  float[] accuracies() {
    return accuracies.clone();
  }

  /** Mean of the accuracies; there must be some. */
  float mean() {
    double sum = 0;
    for (float accuracy : accuracies) {
      sum += accuracy;
    }
    return (float) (sum / accuracies.length);
  }

  /** One-hot architectures, {@code [count, architectureFeatures]}. */
  NDArray architectures(NDManager manager) {
    return dense(manager, 0, architectureFeatures);
  }

  /** One-hot bit widths, {@code [count, bitFeatures]}; zeros for full precision. */
  NDArray bits(NDManager manager) {
    return dense(manager, architectureFeatures, bitFeatures);
  }

  /** Measured accuracies, {@code [count, 1]}. */
  NDArray targets(NDManager manager) {
    return manager.create(accuracies, new Shape(accuracies.length, 1));
  }

  private NDArray dense(NDManager manager, int first, int features) {
    float[] values = new float[count() * features];
    for (int i = 0; i < count(); i++) {
      for (int feature : hot.get(i)) {
        if (feature >= first && feature < first + features) {
          values[i * features + feature - first] = 1;
        }
      }
    }
    return manager.create(values, new Shape(count(), features));
  }
}
