package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a verification measured: the content of {@code verify.json}.
 *
 * @param contractVersion see {@link WorkerSpec#VERSION}
 * @param chosen position of the chosen policy among the candidates: of those that could be
 *     measured, the one most accurate on the validation images; the earlier one on a tie
 * @param candidates one entry per candidate of the specification, in its order
 */
public record VerifyReport(
    @JsonProperty(required = true) int contractVersion,
    @JsonProperty(required = true) int chosen,
    @JsonProperty(required = true) List<Candidate> candidates) {
  /** Count of the manifest: bytes of {@code model.onnx}. */
  public static final String ONNX_BYTES = "onnxBytes";

  /** Count of the manifest: bytes of the weights, each packed at its bit width. */
  public static final String WEIGHT_BYTES = "weightBytes";

  /** Count of the manifest: bytes as the cost model counts them, with a bias per channel. */
  public static final String COST_MODEL_BYTES = "costModelBytes";

  /** The three counts of an exported network. */
  public static final List<String> SIZES = List.of(ONNX_BYTES, WEIGHT_BYTES, COST_MODEL_BYTES);

  /** Entry of the manifest's summary: why there is no {@code model.onnx}; empty if there is. */
  public static final String EXPORT_PROBLEM = "exportProblem";

  /** A report is refused when larger, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  /**
   * @throws IllegalArgumentException if a part is missing, the version is foreign, the choice is
   *     not the most accurate candidate or anything but the choice was measured on test images
   */
  public VerifyReport {
    if (contractVersion != WorkerSpec.VERSION || candidates == null) {
      throw new IllegalArgumentException("a report needs contractVersion 1 and candidates");
    }
    candidates = List.copyOf(candidates);
    Ranges.within("candidates: their number", candidates.size(), 1, VerifySpec.MAX_CANDIDATES);
    if (chosen != best(candidates)) {
      throw new IllegalArgumentException(
          "chosen: " + chosen + " is not the most accurate candidate on the validation images");
    }
    for (int i = 0; i < candidates.size(); i++) {
      if ((candidates.get(i).test() != null) != (i == chosen)) {
        throw new IllegalArgumentException(
            "candidates[" + i + "].test: the chosen one alone is measured on the test images");
      }
    }
  }

  /** The most accurate candidate on the validation images; -1 if none was measured. */
  public static int best(List<Candidate> candidates) {
    int best = -1;
    double highest = -1;
    for (int i = 0; i < candidates.size(); i++) {
      Measurement validation = candidates.get(i).validation();
      if (validation != null && validation.accuracy() > highest) {
        best = i;
        highest = validation.accuracy();
      }
    }
    return best;
  }

  /** The chosen candidate's entry. */
  public Candidate best() {
    return candidates.get(chosen);
  }

  /**
   * A candidate.
   *
   * @param digest digest of its policy
   * @param predictedAccuracy what the search expected of it, 0..1
   * @param finetuneSteps optimizer steps behind the weights that were kept
   * @param validation on the validation images; null if it could not be measured
   * @param test on the test images; for the chosen candidate only
   * @param problem why it could not be measured
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Candidate(
      @JsonProperty(required = true) String digest,
      @JsonProperty(required = true) double predictedAccuracy,
      @JsonProperty(required = true) int finetuneSteps,
      @Nullable Measurement validation,
      @Nullable Measurement test,
      @Nullable String problem) {
    private static final int MAX_PROBLEM = 1000;

    /**
     * @throws IllegalArgumentException unless it has either a measurement or a problem
     */
    public Candidate {
      if (digest == null || (validation == null) == (problem == null)) {
        throw new IllegalArgumentException(
            "a candidate needs digest and either validation or problem");
      }
      if (problem != null && problem.length() > MAX_PROBLEM) {
        throw new IllegalArgumentException("a candidate's problem is too long");
      }
      Ranges.within("finetuneSteps", finetuneSteps, 0, 1_000_000);
    }

    /** The same with its accuracy on the test images; without, if it is null. */
    public Candidate tested(@Nullable Measurement onTestImages) {
      return new Candidate(
          digest, predictedAccuracy, finetuneSteps, validation, onTestImages, problem);
    }
  }

  /**
   * Images counted.
   *
   * @param correct images classified right
   * @param images images in all
   */
  public record Measurement(
      @JsonProperty(required = true) int correct, @JsonProperty(required = true) int images) {

    /**
     * @throws IllegalArgumentException if there are no images or more right than there are
     */
    public Measurement {
      Ranges.within("images", images, 1, Integer.MAX_VALUE);
      Ranges.within("correct", correct, 0, images);
    }

    /** Share of images classified right, 0..1. */
    public double accuracy() {
      return (double) correct / images;
    }

    /** Binomial standard error of {@link #accuracy()}: the root of p (1 - p) / images. */
    public double standardError() {
      double p = accuracy();
      return Math.sqrt(p * (1 - p) / images);
    }
  }
}
