package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Map;

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
    for (Map.Entry<String, NDArray> entry : weights.all().entrySet()) {
      NDArray mean = average.get(entry.getKey());
      try (NDArray weight = entry.getValue().stopGradient();
          NDArray change = weight.sub(mean)) {
        mean.addi(change.muli(1 - kept));
      }
    }
  }
}
