package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.BatchNorm;
import java.util.HashMap;
import java.util.Map;

/** Batch normalization: where mean and variance come from. */
public abstract sealed class Normalizer {
  /** Added to the variance, as in once-for-all and APQ. */
  public static final float EPSILON = 1e-3f;

  private static final int CHANNEL_AXIS = 1;

  /**
   * Normalizes.
   *
   * @param name prefix of the layer's gamma and beta
   * @param input {@code [1, channels, batch * height * width]}
   * @param gamma scale, {@code [channels]}
   * @param beta shift, {@code [channels]}
   */
  abstract NDArray normalize(String name, NDArray input, NDArray gamma, NDArray beta);

  /** With the batch's own statistics, which are then forgotten: for training. */
  public static Normalizer batchStatistics() {
    return new BatchStatistics();
  }

  /** With the batch's own statistics, which {@link Frozen} can use afterwards. */
  public static Recording recording(NDManager manager) {
    return new Recording(manager);
  }

  private static NDArray apply(
      NDArray input, Statistics statistics, NDArray gamma, NDArray beta, boolean training) {
    // Momentum 0 replaces the running statistics by those of the batch (DJL's is 1 - torch's).
    return BatchNorm.batchNorm(
            input,
            statistics.mean(),
            statistics.variance(),
            gamma,
            beta,
            CHANNEL_AXIS,
            0f,
            EPSILON,
            training)
        .singletonOrThrow();
  }

  private static Statistics recorded(Map<String, Statistics> all, String name) {
    Statistics statistics = all.get(name);
    if (statistics == null) {
      throw new IllegalStateException("no statistics were recorded for " + name);
    }
    return statistics;
  }

  /** Mean and variance of each channel of a layer's output before normalization. */
  public record ChannelStatistics(float[] mean, float[] variance) {}

  private record Statistics(NDArray mean, NDArray variance) {
    ChannelStatistics copy() {
      return new ChannelStatistics(mean.toFloatArray(), variance.toFloatArray());
    }

    static Statistics fresh(NDManager manager, NDArray input) {
      Shape channels = new Shape(input.getShape().get(CHANNEL_AXIS));
      return new Statistics(manager.zeros(channels), manager.ones(channels));
    }
  }

  private static final class BatchStatistics extends Normalizer {
    @Override
    NDArray normalize(String name, NDArray input, NDArray gamma, NDArray beta) {
      return apply(input, Statistics.fresh(input.getManager(), input), gamma, beta, true);
    }
  }

  /** Normalizes with the batch's statistics and keeps them. */
  public static final class Recording extends Normalizer {
    private final NDManager manager;
    private final Map<String, Statistics> recorded = new HashMap<>();

    private Recording(NDManager manager) {
      this.manager = manager;
    }

    @Override
    NDArray normalize(String name, NDArray input, NDArray gamma, NDArray beta) {
      Statistics statistics = Statistics.fresh(manager, input);
      recorded.put(name, statistics);
      return apply(input, statistics, gamma, beta, true);
    }

    /**
     * What was recorded for a layer.
     *
     * @throws IllegalStateException if nothing was
     */
    public ChannelStatistics of(String name) {
      return recorded(recorded, name).copy();
    }

    /**
     * Replaces what was recorded, also in normalizers that use it already.
     *
     * @throws IllegalStateException if nothing was recorded for that layer
     */
    public void replaceMean(String name, float[] mean) {
      recorded(recorded, name).mean().set(mean);
    }

    /** A normalizer that uses what was recorded. */
    public Normalizer frozen() {
      return new Frozen(Map.copyOf(recorded));
    }
  }

  private static final class Frozen extends Normalizer {
    private final Map<String, Statistics> recorded;

    Frozen(Map<String, Statistics> recorded) {
      this.recorded = recorded;
    }

    @Override
    NDArray normalize(String name, NDArray input, NDArray gamma, NDArray beta) {
      return apply(input, recorded(recorded, name), gamma, beta, false);
    }
  }
}
