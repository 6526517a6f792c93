package dev.apq.core.contract;

import dev.apq.core.policy.Policy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The policies that a verification fine-tunes and measures, and how. Batches are of the size of
 * {@link RecipeSpec#batchSize()}, calibration uses {@link CollectionSpec#calibrationImages()}.
 *
 * @param candidates in the order of their predicted accuracy, best first
 * @param finetuneSteps most optimizer steps for each; 0 for none
 * @param learningRate peak learning rate, a decimal string
 * @param evaluationInterval optimizer steps between two looks at the validation images
 * @param patience looks without improvement after which fine-tuning stops
 * @param evaluationImages most validation and most test images that an accuracy is measured on
 */
public record VerifySpec(
    List<Candidate> candidates,
    int finetuneSteps,
    String learningRate,
    int evaluationInterval,
    int patience,
    int evaluationImages) {
  /** The most candidates. */
  public static final int MAX_CANDIDATES = 16;

  /**
   * @throws IllegalArgumentException naming a field that is missing or out of range
   */
  public VerifySpec {
    if (candidates == null) {
      throw new IllegalArgumentException("verify.candidates: missing");
    }
    candidates = List.copyOf(candidates);
    Ranges.within("verify.candidates: their number", candidates.size(), 1, MAX_CANDIDATES);
    Ranges.within("verify.finetuneSteps", finetuneSteps, 0, 1_000_000);
    Ranges.decimal("verify.learningRate", learningRate, 0, 10);
    Ranges.within("verify.evaluationInterval", evaluationInterval, 1, 1_000_000);
    Ranges.within("verify.patience", patience, 1, 1000);
    Ranges.within("verify.evaluationImages", evaluationImages, 1, 10_000_000);
    Set<Policy> distinct = new HashSet<>();
    for (Candidate candidate : candidates) {
      if (!distinct.add(candidate.policy())) {
        throw new IllegalArgumentException(
            "verify.candidates: policy " + candidate.policy().digest() + " is given twice");
      }
    }
  }

  /**
   * A policy to measure.
   *
   * @param policy with bit widths
   * @param predictedAccuracy what the search expects of it, 0..1
   */
  public record Candidate(Policy policy, double predictedAccuracy) {

    /**
     * @throws IllegalArgumentException if the policy is missing or not quantized, or the accuracy
     *     is no number
     */
    public Candidate {
      if (policy == null || policy.quantization() == null) {
        throw new IllegalArgumentException("verify.candidates: each needs a quantized policy");
      }
      if (!Double.isFinite(predictedAccuracy)) {
        throw new IllegalArgumentException("verify.candidates: predictedAccuracy is no number");
      }
    }
  }
}
