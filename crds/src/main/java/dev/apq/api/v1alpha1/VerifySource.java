package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** How the answer is measured. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VerifySource(
    @Default("3")
        @Min(0)
        @Max(16)
        @JsonPropertyDescription(
            "Best policies of the search that are fine-tuned and measured; 0 keeps the predicted"
                + " answer and needs no Job.")
        Integer topK,
    @Default("300")
        @Min(0)
        @Max(1000000)
        @JsonPropertyDescription(
            "Most optimizer steps of quantization-aware fine-tuning of each policy.")
        Integer finetuneSteps,
    @Default("0.001")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription("Peak learning rate of the fine-tuning, a decimal.")
        String learningRate,
    @Default("50")
        @Min(1)
        @Max(1000000)
        @JsonPropertyDescription("Optimizer steps between two looks at the validation images.")
        Integer evaluationInterval,
    @Default("3")
        @Min(1)
        @Max(1000)
        @JsonPropertyDescription(
            "Looks at the validation images without improvement after which fine-tuning stops; the"
                + " best weights seen are kept.")
        Integer patience,
    @Default("50000")
        @Min(1)
        @Max(10000000)
        @JsonPropertyDescription(
            "Most validation images, and most test images, that an accuracy is measured on.")
        Integer evaluationImages) {

  /** What an absent object means. */
  static final VerifySource DEFAULTS = new VerifySource(3, 300, "0.001", 50, 3, 50000);

  /** Fills in the defaults. */
  public VerifySource {
    topK = Formats.orElse(topK, 3);
    finetuneSteps = Formats.orElse(finetuneSteps, 300);
    learningRate = Formats.orElse(learningRate, "0.001");
    evaluationInterval = Formats.orElse(evaluationInterval, 50);
    patience = Formats.orElse(patience, 3);
    evaluationImages = Formats.orElse(evaluationImages, 50000);
  }
}
