package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;

/**
 * Exponential moving average of weights (Polyak averaging). It measures better than the last
 * weights, which still jump from batch to batch.
 *
 * @param average updated in place
 * @param decay share of the average that a step keeps, 0..1
 */
public record WeightAverage(Parameters average, double decay) {

  /**
   * Takes in the weights after a step.
   *
   * @param step number of this step, from 1; the first ones keep less, so that the initial weights
   *     are soon forgotten
   */
  public void update(Parameters weights, int step) {
    double kept = Math.min(decay, (1.0 + step) / (10 + step));
    NDArray mean = average.values();
    try (NDArray change = weights.values().sub(mean)) {
      mean.addi(change.muli(1 - kept));
    }
  }
}
