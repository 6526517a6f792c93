package dev.apq.core.predictor;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.policy.Encoding;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One network of a {@link Predictor}. Immutable and thread-safe. */
final class Network {
  /** Largest number of units in a hidden layer. */
  static final int MAX_HIDDEN = 4096;

  private static final int HIDDEN_LAYERS = 3;

  /** Samples evaluated together: their activations stay in the second-level cache. */
  static final int CHUNK = 24;

  private final Encoding encoding;
  private final int hidden;
  private final SparseLayer architecture;
  private final @Nullable SparseLayer bits;
  private final float[][] output;
  private final float outputBias;

  final DenseLayer second;
  final DenseLayer third;

  /** Carry gradients back through the layers; see {@link Gradients}. */
  final DenseLayer thirdBack;

  final DenseLayer secondBack;
  final DenseLayer architectureBack;
  final @Nullable DenseLayer bitsBack;
  final float[] outputWeights;

  /**
   * A network with the given weights, which are copied.
   *
   * @throws InvalidArtifactException if a tensor is missing, unknown, not finite or of a shape that
   *     does not fit the encoding
   */
  Network(Map<String, FloatTensor> tensors, Encoding encoding) throws InvalidArtifactException {
    this.encoding = encoding;
    boolean quantized = tensors.containsKey("bits.weight");
    checkNames(tensors.keySet(), quantized);
    this.hidden = hiddenSize(tensors);
    int features = encoding.architectureFeatures();
    float[] first = values(tensors, "hidden.0.weight", hidden, features);
    this.architecture =
        new SparseLayer(first, values(tensors, "hidden.0.bias", hidden), hidden, features);
    this.architectureBack = DenseLayer.transposed(first, hidden, features);
    if (quantized) {
      int bitFeatures = encoding.bitFeatures();
      float[] bitWeights = values(tensors, "bits.weight", hidden, bitFeatures);
      this.bits =
          new SparseLayer(bitWeights, values(tensors, "bits.bias", hidden), hidden, bitFeatures);
      this.bitsBack = DenseLayer.transposed(bitWeights, hidden, bitFeatures);
    } else {
      this.bits = null;
      this.bitsBack = null;
    }
    float[] middle = values(tensors, "hidden.1.weight", hidden, hidden);
    float[] last = values(tensors, "hidden.2.weight", hidden, hidden);
    this.second = DenseLayer.of(middle, values(tensors, "hidden.1.bias", hidden), hidden, hidden);
    this.third = DenseLayer.of(last, values(tensors, "hidden.2.bias", hidden), hidden, hidden);
    this.secondBack = DenseLayer.transposed(middle, hidden, hidden);
    this.thirdBack = DenseLayer.transposed(last, hidden, hidden);
    this.outputWeights = values(tensors, "output.weight", 1, hidden);
    this.output = DenseLayer.split(outputWeights, hidden);
    this.outputBias = values(tensors, "output.bias", 1)[0];
  }

  boolean quantized() {
    return bits != null;
  }

  int hiddenSize() {
    return hidden;
  }

  int architectureFeatures() {
    return encoding.architectureFeatures();
  }

  int bitFeatures() {
    return quantized() ? encoding.bitFeatures() : 0;
  }

  /** Evaluates batches; not thread-safe. */
  final class Session {
    private final Activations one = new Activations(hidden, CHUNK);
    private final Activations other = new Activations(hidden, CHUNK);
    private final FirstLayer first = new FirstLayer();

    /** As {@link Predictor.Session#predict}. */
    void predict(int[][] hot, int[] lengths, int count, float[] accuracies) {
      for (int from = 0; from < count; from += CHUNK) {
        int samples = Math.min(CHUNK, count - from);
        int groups = (samples + Kernels.SAMPLES - 1) / Kernels.SAMPLES;
        for (int s = 0; s < samples; s++) {
          first.apply(hot[from + s], lengths[from + s]);
          one.set(s, first.sum());
        }
        second.apply(one, other, groups);
        other.relu(groups);
        third.apply(other, one, groups);
        one.relu(groups);
        for (int s = 0; s < samples; s++) {
          accuracies[from + s] = one.dot(s, output, outputBias);
        }
      }
    }
  }

  /** The two terms of the first layer; {@code bitTerm} is left alone without bit features. */
  final class FirstLayer {
    final float[] architectureTerm = new float[hidden];
    final float[] bitTerm = new float[hidden];
    private int[] shifted = new int[0];

    void apply(int[] hot, int length) {
      int features = encoding.architectureFeatures();
      int split = 0;
      while (split < length && hot[split] < features) {
        split++;
      }
      architecture.apply(hot, 0, split, architectureTerm);
      Kernels.relu(architectureTerm, hidden);
      if (bits != null) {
        if (shifted.length < length) {
          shifted = new int[length];
        }
        for (int i = split; i < length; i++) {
          shifted[i] = hot[i] - features;
        }
        bits.apply(shifted, split, length, bitTerm);
      }
    }

    /** Turns the architecture term into the sum of both. */
    float[] sum() {
      if (bits != null) {
        Kernels.add(architectureTerm, bitTerm, hidden);
      }
      return architectureTerm;
    }
  }

  private static void checkNames(Set<String> names, boolean quantized)
      throws InvalidArtifactException {
    Set<String> expected = new TreeSet<>(Set.of("output.weight", "output.bias"));
    for (int layer = 0; layer < HIDDEN_LAYERS; layer++) {
      expected.add("hidden." + layer + ".weight");
      expected.add("hidden." + layer + ".bias");
    }
    if (quantized) {
      expected.addAll(Set.of("bits.weight", "bits.bias"));
    }
    if (!expected.equals(names)) {
      throw new InvalidArtifactException(
          "predictor has tensors " + new TreeSet<>(names) + ", expected " + expected);
    }
  }

  private static int hiddenSize(Map<String, FloatTensor> tensors) throws InvalidArtifactException {
    FloatTensor bias = tensors.get("hidden.0.bias");
    int size = bias == null ? 0 : bias.data().length;
    if (size < 1 || size > MAX_HIDDEN) {
      throw new InvalidArtifactException(
          "predictor has " + size + " hidden units, allowed are 1.." + MAX_HIDDEN);
    }
    return size;
  }

  private static float[] values(Map<String, FloatTensor> tensors, String name, int... shape)
      throws InvalidArtifactException {
    FloatTensor tensor = tensors.get(name);
    if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
      throw new InvalidArtifactException(
          "predictor tensor "
              + name
              + " has shape "
              + (tensor == null ? "none" : tensor)
              + ", the search space needs "
              + Arrays.toString(shape));
    }
    for (float value : tensor.data()) {
      if (!Float.isFinite(value)) {
        throw new InvalidArtifactException("predictor tensor " + name + " holds " + value);
      }
    }
    return tensor.data().clone();
  }
}
