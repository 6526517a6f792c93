package dev.apq.core.predictor;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The accuracy predictor (APQ, section 3.2): three hidden layers on one-hot features, and in the
 * quantization-aware form a layer for the bit features that is added behind the first ReLU.
 *
 * <pre>
 *   h1 = ReLU(W0 a + b0) + (Wq q + bq)    h2 = ReLU(W1 h1 + b1)    h3 = ReLU(W2 h2 + b2)
 *   accuracy = Wo h3 + bo
 * </pre>
 *
 * <p>Results have the same bits on every Java version and thread and for every way to split a
 * batch. Immutable and thread-safe; each thread evaluates through its own {@link Session}.
 */
public final class Predictor {
  /** Weight files are refused when larger, in bytes. */
  public static final long MAX_BYTES = 256L << 20;

  /** Largest number of units in a hidden layer. */
  public static final int MAX_HIDDEN = 4096;

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

  private Predictor(Map<String, FloatTensor> tensors, Encoding encoding)
      throws InvalidArtifactException {
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

  /**
   * Reads weights from a safetensors file.
   *
   * @param file tensors as described in the worker contract
   * @param encoding of the space the predictor was trained for
   * @throws InvalidArtifactException if the file is malformed or a shape does not fit the encoding
   * @throws IOException if it cannot be read
   */
  public static Predictor load(Path file, Encoding encoding) throws IOException {
    try {
      return of(Safetensors.read(file, MAX_BYTES), encoding);
    } catch (InvalidArtifactException e) {
      throw new InvalidArtifactException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * A predictor with the given weights, which are copied.
   *
   * @throws InvalidArtifactException if a tensor is missing, unknown, not finite or of a shape that
   *     does not fit the encoding
   */
  public static Predictor of(Map<String, FloatTensor> tensors, Encoding encoding)
      throws InvalidArtifactException {
    return new Predictor(tensors, encoding);
  }

  /** Encoding of the policies it predicts. */
  public Encoding encoding() {
    return encoding;
  }

  /** Whether it reads bit widths. */
  public boolean quantized() {
    return bits != null;
  }

  /** Units per hidden layer. */
  public int hiddenSize() {
    return hidden;
  }

  /**
   * Floating-point operations of one prediction: an addition per hot feature and hidden unit in the
   * first layer, a multiplication and an addition per weight behind it.
   *
   * @param hotFeatures features that are 1
   */
  public long flops(int hotFeatures) {
    return (long) hidden * hotFeatures + 4L * hidden * hidden + 2L * hidden;
  }

  /**
   * Predicted accuracy of one policy, 0..1 where the predictor is any good.
   *
   * @throws IllegalArgumentException if the policy is no member of the space, or has bit widths
   *     just when the predictor reads none
   */
  public float predict(Policy policy) {
    if ((policy.quantization() != null) != quantized()) {
      throw new IllegalArgumentException(
          quantized()
              ? "this predictor needs a policy with bit widths"
              : "this predictor reads no bit widths; use the transferred one");
    }
    int[] hot = encoding.hot(policy);
    float[] result = new float[1];
    session().predict(new int[][] {hot}, new int[] {hot.length}, 1, result);
    return result[0];
  }

  /** Buffers for evaluating on one thread, about 0.3 MB for the paper's 400 hidden units. */
  public Session session() {
    return new Session();
  }

  /** Evaluates batches; not thread-safe. */
  public final class Session {
    private final Activations one = new Activations(hidden, CHUNK);
    private final Activations other = new Activations(hidden, CHUNK);
    private final FirstLayer first = new FirstLayer();

    private Session() {}

    /**
     * Predicts a batch.
     *
     * @param hot per policy, the ascending indices of {@link Encoding}'s features that are 1
     * @param lengths per policy, how many entries of {@code hot} count
     * @param count number of policies; dozens are faster than one
     * @param accuracies receives the predictions
     */
    public void predict(int[][] hot, int[] lengths, int count, float[] accuracies) {
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
