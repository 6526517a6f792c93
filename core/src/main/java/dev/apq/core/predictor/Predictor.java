package dev.apq.core.predictor;

import dev.apq.core.artifact.FloatTensor;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Safetensors;
import dev.apq.core.policy.Encoding;
import dev.apq.core.policy.Policy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The accuracy predictor (APQ, section 3.2): three hidden layers on one-hot features, and in the
 * quantization-aware form a layer for the bit features that is added behind the first ReLU.
 *
 * <pre>
 *   h1 = ReLU(W0 a + b0) + (Wq q + bq)    h2 = ReLU(W1 h1 + b1)    h3 = ReLU(W2 h2 + b2)
 *   accuracy = Wo h3 + bo
 * </pre>
 *
 * <p>An ensemble has several such networks; it predicts their mean, and their disagreement tells
 * how much to expect of it.
 *
 * <p>Results have the same bits on every Java version and thread and for every way to split a
 * batch. Immutable and thread-safe; each thread evaluates through its own {@link Session}.
 */
public final class Predictor {
  /** Weight files are refused when larger, in bytes. */
  public static final long MAX_BYTES = 256L << 20;

  /** Largest number of units in a hidden layer. */
  public static final int MAX_HIDDEN = Network.MAX_HIDDEN;

  private final Encoding encoding;
  private final List<Network> networks;

  private Predictor(List<Map<String, FloatTensor>> members, Encoding encoding)
      throws InvalidArtifactException {
    this.encoding = encoding;
    List<Network> built = new ArrayList<>();
    for (Map<String, FloatTensor> member : members) {
      Network network = new Network(member, encoding);
      if (!built.isEmpty() && network.quantized() != built.get(0).quantized()) {
        throw new InvalidArtifactException("some members read bit widths and some do not");
      }
      built.add(network);
    }
    this.networks = List.copyOf(built);
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
   * @param tensors of one network, or of several as {@link EnsembleWeights} names them
   * @throws InvalidArtifactException if a tensor is missing, unknown, not finite or of a shape that
   *     does not fit the encoding
   */
  public static Predictor of(Map<String, FloatTensor> tensors, Encoding encoding)
      throws InvalidArtifactException {
    return new Predictor(EnsembleWeights.members(tensors), encoding);
  }

  /** Encoding of the policies it predicts. */
  public Encoding encoding() {
    return encoding;
  }

  /** Whether it reads bit widths. */
  public boolean quantized() {
    return networks.get(0).quantized();
  }

  /** Units per hidden layer of the first network. */
  public int hiddenSize() {
    return networks.get(0).hiddenSize();
  }

  /** Networks whose mean is predicted, at least 1. */
  public int members() {
    return networks.size();
  }

  List<Network> networks() {
    return networks;
  }

  /**
   * Floating-point operations of one prediction: an addition per hot feature and hidden unit in the
   * first layer, a multiplication and an addition per weight behind it.
   *
   * @param hotFeatures features that are 1
   */
  public long flops(int hotFeatures) {
    long flops = 0;
    for (Network network : networks) {
      long hidden = network.hiddenSize();
      flops += hidden * hotFeatures + 4 * hidden * hidden + 2 * hidden;
    }
    return flops;
  }

  /**
   * Predicted accuracy of one policy, 0..1 where the predictor is any good.
   *
   * @throws IllegalArgumentException if the policy is no member of the space, or has bit widths
   *     just when the predictor reads none
   */
  public float predict(Policy policy) {
    int[] hot = hot(policy);
    float[] result = new float[1];
    session().predict(new int[][] {hot}, new int[] {hot.length}, 1, result);
    return result[0];
  }

  /**
   * How far the networks of an ensemble disagree about a policy: the standard deviation of their
   * predictions, in units of accuracy. 0 for a single network, which cannot tell.
   *
   * @throws IllegalArgumentException as {@link #predict}
   */
  public double spread(Policy policy) {
    int[] hot = hot(policy);
    float[] result = new float[1];
    double sum = 0;
    double squares = 0;
    for (Network network : networks) {
      network.new Session().predict(new int[][] {hot}, new int[] {hot.length}, 1, result);
      sum += result[0];
      squares += (double) result[0] * result[0];
    }
    int count = networks.size();
    return count == 1 ? 0 : Math.sqrt(Math.max(0, squares - sum * sum / count) / (count - 1));
  }

  private int[] hot(Policy policy) {
    if ((policy.quantization() != null) != quantized()) {
      throw new IllegalArgumentException(
          quantized()
              ? "this predictor needs a policy with bit widths"
              : "this predictor reads no bit widths; use the transferred one");
    }
    return encoding.hot(policy);
  }

  /**
   * Buffers for evaluating on one thread, about 0.3 MB for each network of the paper's 400 hidden
   * units.
   */
  public Session session() {
    return new Session();
  }

  /** Evaluates batches; not thread-safe. */
  public final class Session {
    private final Network.Session[] members =
        networks.stream().map(network -> network.new Session()).toArray(Network.Session[]::new);
    private float[] others = new float[0];

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
      members[0].predict(hot, lengths, count, accuracies);
      if (members.length > 1) {
        if (others.length < count) {
          others = new float[count];
        }
        for (int m = 1; m < members.length; m++) {
          members[m].predict(hot, lengths, count, others);
          Kernels.add(accuracies, others, count);
        }
        for (int i = 0; i < count; i++) {
          accuracies[i] /= members.length;
        }
      }
    }
  }
}
