package dev.apq.core.contract;

import dev.apq.core.policy.Policy;

/**
 * A measured policy: one training example of the accuracy predictor.
 *
 * @param index position in the whole collection, across shards
 * @param policy what was measured
 * @param accuracy top-1 accuracy on held-out images, 0..1
 * @param images how many images it was measured on
 * @param finetuneSteps optimizer steps taken before measuring, 0 for none
 */
public record Sample(int index, Policy policy, double accuracy, int images, int finetuneSteps) {

  /**
   * @throws IllegalArgumentException if a value is out of range
   */
  public Sample {
    if (policy == null) {
      throw new IllegalArgumentException("a sample needs a policy");
    }
    if (!(accuracy >= 0 && accuracy <= 1)) {
      throw new IllegalArgumentException("accuracy must be within 0..1, was " + accuracy);
    }
    if (index < 0 || images < 1 || finetuneSteps < 0) {
      throw new IllegalArgumentException(
          "index and finetuneSteps must not be negative and images be at least 1, were "
              + index
              + ", "
              + finetuneSteps
              + ", "
              + images);
    }
  }
}
