package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019). Its state is open, so that
 * training can be interrupted and continued with the same result.
 */
public final class AdamW implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final float NO_CLIPPING = -1;

  private final Parameters weights;
  private final Parameters mean;
  private final Parameters variance;
  private final NDArray decay;

  /**
   * @param weights updated in place
   * @param mean running mean of gradients, zeros at the start
   * @param variance running mean of squared gradients, zeros at the start
   * @param decays names of the weights that decay
   */
  public AdamW(
      Parameters weights,
      Parameters mean,
      Parameters variance,
      float weightDecay,
      Predicate<String> decays) {
    if (!mean.all().keySet().equals(weights.all().keySet())
        || !variance.all().keySet().equals(weights.all().keySet())) {
      throw new IllegalArgumentException("the optimizer's state is not that of these weights");
    }
    this.weights = weights;
    this.mean = mean;
    this.variance = variance;
    this.decay = decay(weights, weightDecay, decays, mean.manager());
  }

  /** The weight decay of every single weight. */
  private static NDArray decay(
      Parameters weights, float weightDecay, Predicate<String> decays, NDManager manager) {
    float[] decay = new float[Math.toIntExact(weights.values().size())];
    int next = 0;
    for (Map.Entry<String, NDArray> entry : weights.all().entrySet()) {
      int end = next + Math.toIntExact(entry.getValue().size());
      Arrays.fill(decay, next, end, decays.test(entry.getKey()) ? weightDecay : 0);
      next = end;
    }
    return manager.create(decay);
  }

  /** An optimizer that has made no step yet. */
  public static AdamW fresh(
      Parameters weights, float weightDecay, Predicate<String> decays, NDManager manager) {
    return new AdamW(weights, weights.zeros(manager), weights.zeros(manager), weightDecay, decays);
  }

  /** Running mean of gradients. */
  public Parameters mean() {
    return mean;
  }

  /** Running mean of squared gradients. */
  public Parameters variance() {
    return variance;
  }

  /**
   * Applies the collected gradients and clears them.
   *
   * @param step number of this step, from 1
   */
  public void step(int step, double learningRate) {
    double correction =
        Math.sqrt(1 - StrictMath.pow(BETA2, step))
            / (1 - StrictMath.pow(BETA1, step))
            * learningRate;
    NDArray all = weights.values();
    NDArray gradients = weights.gradients();
    try (NDArray shrinkage = all.mul(decay)) {
      all.subi(shrinkage.muli(learningRate));
    }
    all.getNDArrayInternal()
        .adamUpdate(
            new NDList(all, gradients, mean.values(), variance.values()),
            new NDList(all),
            (float) learningRate,
            (float) correction,
            0,
            1,
            NO_CLIPPING,
            BETA1,
            BETA2,
            EPSILON,
            true,
            true);
    gradients.subi(gradients);
  }

  @Override
  public void close() {
    mean.close();
    variance.close();
  }
}
