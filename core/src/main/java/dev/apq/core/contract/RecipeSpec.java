package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
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
 * @param distillation whether subnets learn from the largest one's predictions instead of the
 *     labels
 * @param gradientClipNorm greatest L2 norm of all gradients together; longer ones are shortened to
 *     it, "0" leaves them as they are
 * @param emaDecay decay per step of the exponential moving average of the weights, 0..1 exclusive;
 *     the average is then what is measured and published, "0" for the last weights
 * @param augmentation random changes of training images
 * @param phases progressive shrinking; null for one phase with every dimension elastic
 * @param precision what numbers products are computed with; null for bfloat16 on GPUs that have it
 *     and 32-bit floats elsewhere
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
    boolean distillation,
    String gradientClipNorm,
    String emaDecay,
    Augmentation augmentation,
    @Nullable List<Phase> phases,
    @Nullable TrainingPrecision precision) {

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
    Ranges.decimal("recipe.gradientClipNorm", gradientClipNorm, 0, 1_000_000);
    Ranges.decimal("recipe.emaDecay", emaDecay, 0, 1);
    if (new BigDecimal(emaDecay).compareTo(BigDecimal.ONE) == 0) {
      throw new IllegalArgumentException("recipe.emaDecay: must be below 1, which never learns");
    }
    if (augmentation == null) {
      throw new IllegalArgumentException("recipe.augmentation: missing");
    }
    if (phases != null) {
      phases = List.copyOf(phases);
      int sum = phases.stream().mapToInt(Phase::epochs).sum();
      if (sum != epochs) {
        throw new IllegalArgumentException(
            "recipe.phases: their epochs sum to " + sum + ", recipe.epochs is " + epochs);
      }
    }
  }

  /** With distillation; without clipping, averaging and augmentation. */
  public RecipeSpec(
      int epochs,
      int batchSize,
      String learningRate,
      String weightDecay,
      String warmupFraction,
      String labelSmoothing,
      int randomSubnets,
      @Nullable List<Phase> phases) {
    this(
        epochs,
        batchSize,
        learningRate,
        weightDecay,
        warmupFraction,
        labelSmoothing,
        randomSubnets,
        true,
        "0",
        "0",
        Augmentation.NONE,
        phases,
        null);
  }

  /** The phases to run, in order; one with every dimension elastic unless given. */
  public List<Phase> effectivePhases() {
    return phases == null || phases.isEmpty()
        ? List.of(new Phase("all", epochs, List.of(ElasticDimension.values())))
        : phases;
  }

  /**
   * Random changes of training images, drawn anew in every epoch.
   *
   * @param cropPadding greatest shift in pixels in each direction; what comes in is black
   * @param horizontalFlip whether every other image is mirrored left to right
   * @param colorJitter greatest relative change of brightness, contrast and saturation, 0..1
   */
  public record Augmentation(int cropPadding, boolean horizontalFlip, String colorJitter) {
    /** Images as they are. */
    public static final Augmentation NONE = new Augmentation(0, false, "0");

    /**
     * @throws IllegalArgumentException naming a field that is missing or out of range
     */
    public Augmentation {
      Ranges.within("recipe.augmentation.cropPadding", cropPadding, 0, 512);
      Ranges.decimal("recipe.augmentation.colorJitter", colorJitter, 0, 1);
    }
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
