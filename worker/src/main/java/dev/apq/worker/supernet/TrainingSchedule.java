package dev.apq.worker.supernet;

import dev.apq.core.contract.ElasticDimension;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.worker.tensor.LearningRate;
import java.util.EnumSet;
import java.util.Set;

/** What a recipe means for each step of a training. */
public final class TrainingSchedule {
  private final RecipeSpec recipe;
  private final int stepsPerEpoch;
  private final LearningRate learningRate;

  /**
   * @param images training images
   * @throws IllegalArgumentException if they do not fill a batch
   */
  TrainingSchedule(RecipeSpec recipe, int images) {
    if (recipe.batchSize() > images) {
      throw new IllegalArgumentException(
          "recipe.batchSize: "
              + recipe.batchSize()
              + " exceeds the "
              + images
              + " training images");
    }
    this.recipe = recipe;
    this.stepsPerEpoch = images / recipe.batchSize();
    double warmup = Double.parseDouble(recipe.warmupFraction());
    this.learningRate =
        new LearningRate(
            Double.parseDouble(recipe.learningRate()), (int) (warmup * steps()), steps());
  }

  /** Steps of the whole training. */
  public int steps() {
    return Math.multiplyExact(recipe.epochs(), stepsPerEpoch);
  }

  /** Steps of an epoch; an incomplete last batch is left out. */
  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** The epoch of a step, both from 0. */
  public int epoch(int step) {
    return step / stepsPerEpoch;
  }

  /** The learning rate of a step, from 0. */
  double learningRate(int step) {
    return learningRate.at(step);
  }

  /** The dimensions in which subnets of this step differ from the largest. */
  Set<ElasticDimension> elastic(int step) {
    int end = 0;
    for (RecipeSpec.Phase phase : recipe.effectivePhases()) {
      end += phase.epochs();
      if (epoch(step) < end) {
        Set<ElasticDimension> elastic = EnumSet.noneOf(ElasticDimension.class);
        elastic.addAll(phase.elastic());
        return elastic;
      }
    }
    throw new IllegalArgumentException("step " + step + " of " + steps());
  }

  /** Whether this step is the first with elastic widths, after others without. */
  boolean startsWidth(int step) {
    return step > 0
        && step % stepsPerEpoch == 0
        && elastic(step).contains(ElasticDimension.WIDTH)
        && widthIsFixedBefore(step);
  }

  private boolean widthIsFixedBefore(int step) {
    for (int earlier = 0; earlier < step; earlier += stepsPerEpoch) {
      if (elastic(earlier).contains(ElasticDimension.WIDTH)) {
        return false;
      }
    }
    return true;
  }
}
