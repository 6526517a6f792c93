package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the supernet is trained. Decimal fields are strings so that no float is rounded on its way.
 *
 * @param epochs passes over the training images, in all phases together
 * @param batchSize images per step
 * @param learningRate peak learning rate
 * @param weightDecay decoupled weight decay
 * @param warmupFraction share of the steps with rising learning rate, 0..1
 * @param labelSmoothing mass moved from the label to the other classes, 0..1
 * @param randomSubnets random subnets per step beside the largest and the smallest (sandwich rule,
 *     BigNAS)
 * @param phases progressive shrinking; null for one phase with every dimension elastic
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecipeSpec(
    int epochs,
    int batchSize,
    String learningRate,
    String weightDecay,
    String warmupFraction,
    String labelSmoothing,
    int randomSubnets,
    @Nullable List<Phase> phases) {

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public RecipeSpec {
    Ranges.within("recipe.epochs", epochs, 1, 100_000);
    Ranges.within("recipe.batchSize", batchSize, 1, 65_536);
    Ranges.within("recipe.randomSubnets", randomSubnets, 0, 16);
    Ranges.decimal("recipe.learningRate", learningRate, 0, 100);
    Ranges.decimal("recipe.weightDecay", weightDecay, 0, 10);
    Ranges.decimal("recipe.warmupFraction", warmupFraction, 0, 1);
    Ranges.decimal("recipe.labelSmoothing", labelSmoothing, 0, 1);
    if (phases != null) {
      phases = List.copyOf(phases);
      int sum = phases.stream().mapToInt(Phase::epochs).sum();
      if (sum != epochs) {
        throw new IllegalArgumentException(
            "recipe.phases: their epochs sum to " + sum + ", recipe.epochs is " + epochs);
      }
    }
  }

  /** The phases to run, in order; one with every dimension elastic unless given. */
  public List<Phase> effectivePhases() {
    return phases == null || phases.isEmpty()
        ? List.of(new Phase("all", epochs, List.of(ElasticDimension.values())))
        : phases;
  }

  /**
   * A stretch of training during which the listed dimensions are elastic.
   *
   * @param name short name for progress messages
   * @param epochs passes over the training images
   * @param elastic dimensions that vary; the others stay at their largest
   */
  public record Phase(String name, int epochs, List<ElasticDimension> elastic) {

    /**
     * @throws IllegalArgumentException naming a field that is missing or out of range
     */
    public Phase {
      if (name == null || elastic == null) {
        throw new IllegalArgumentException("recipe.phases: each needs name, epochs and elastic");
      }
      Ranges.within("recipe.phases.epochs", epochs, 1, 100_000);
      elastic = List.copyOf(elastic);
    }
  }
}
