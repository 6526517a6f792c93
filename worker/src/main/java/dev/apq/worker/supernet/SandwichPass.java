package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.policy.Architecture;
import dev.apq.worker.data.Batch;
import dev.apq.worker.tensor.Numbers;
import java.util.List;

/**
 * Forward and backward passes of the largest subnet and of its students over one device's share of
 * a batch.
 *
 * @param network on that device
 * @param recipe smoothing and distillation
 */
record SandwichPass(ElasticNetwork network, RecipeSpec recipe) {

  /**
   * What came out, still on the device.
   *
   * @param loss of the largest subnet, mean over the share
   * @param logits of the largest subnet
   */
  record Outcome(NDArray loss, NDArray logits) {}

  /**
   * Adds the gradients of all subnets to those collected.
   *
   * @param weight of this share's losses in those of the whole batch
   * @param scope owner of temporary arrays
   */
  Outcome run(
      GradientCollector gradients,
      Batch share,
      float weight,
      List<Architecture> students,
      NDManager scope) {
    NDArray images = SupernetTraining.images(share, scope);
    float smoothing = Float.parseFloat(recipe.labelSmoothing());
    NDArray targets = Losses.targets(scope, share.labels(), network.space().classes(), smoothing);
    Architecture largest = new Subnets(network.space()).largest();
    NDArray logits = forward(largest, images);
    NDArray loss = Losses.crossEntropy(logits, targets);
    gradients.backward(scaled(loss, weight));
    NDArray lesson = recipe.distillation() ? Losses.teacher(logits) : targets;
    for (Architecture student : students) {
      NDArray lost = Losses.crossEntropy(forward(student, images), lesson);
      gradients.backward(scaled(lost, weight));
    }
    return new Outcome(loss, logits);
  }

  private NDArray forward(Architecture architecture, NDArray images) {
    return network.logits(architecture, images, Precision.FULL, Normalizer.batchStatistics());
  }

  private static NDArray scaled(NDArray loss, float weight) {
    return weight == 1 ? loss : Numbers.multiply(loss, weight);
  }
}
