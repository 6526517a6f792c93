package dev.apq.worker.supernet;

import dev.apq.worker.tensor.AdamW;
import dev.apq.worker.tensor.Parameters;
import dev.apq.worker.tensor.WeightAverage;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a training step changes.
 *
 * @param weights being trained
 * @param optimizer over the weights
 * @param average of the weights, or null if the recipe wants none
 */
public record TrainingState(Parameters weights, AdamW optimizer, @Nullable WeightAverage average) {

  /** The weights to measure and publish: their average if there is one. */
  public Parameters published() {
    return average == null ? weights : average.average();
  }

  /** Puts channels in order of importance, here and in all that is kept for them. */
  void reorder(ChannelOrder order) {
    order.apply(weights);
    order.apply(optimizer.mean());
    order.apply(optimizer.variance());
    if (average != null) {
      order.apply(average.average());
    }
  }
}
