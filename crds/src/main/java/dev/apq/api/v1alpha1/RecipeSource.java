package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** How the supernet is trained. */
@ValidationRule(
    value =
        "!has(self.phases) || self.phases.size() == 0 || self.phases.map(p, p.epochs).sum() =="
            + " self.epochs",
    message = "the epochs of the phases must sum to epochs")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecipeSource(
    @Required
        @Min(1)
        @Max(100000)
        @JsonPropertyDescription("Passes over the training images, in all phases together.")
        Integer epochs,
    @Default("64") @Min(1) @Max(65536) @JsonPropertyDescription("Images per optimizer step.")
        Integer batchSize,
    @Default("0.004")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription("Peak learning rate, a decimal.")
        String learningRate,
    @Default("0.01")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription("Weight decay, a decimal.")
        String weightDecay,
    @Default("0.05")
        @Pattern(Formats.FRACTION)
        @Size(max = 11)
        @JsonPropertyDescription("Share of the steps during which the learning rate rises, 0 to 1.")
        String warmupFraction,
    @Default("0.1")
        @Pattern(Formats.FRACTION)
        @Size(max = 11)
        @JsonPropertyDescription(
            "Probability mass moved from the label to the other classes, 0 to 1.")
        String labelSmoothing,
    @Default("2")
        @Min(0)
        @Max(16)
        @JsonPropertyDescription(
            "Random subnets trained per step beside the largest and the smallest "
                + "(sandwich rule).")
        Integer randomSubnets,
    @Default("true")
        @JsonPropertyDescription(
            "Whether subnets learn from the predictions of the largest one (in-place distillation) "
                + "instead of the labels.")
        Boolean distillation,
    @Default("0")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription(
            "Greatest L2 norm of all gradients together, a decimal; longer ones are shortened to "
                + "it. 0 leaves them as they are.")
        String gradientClipNorm,
    @Default("0")
        @Pattern(Formats.BELOW_ONE)
        @Size(max = 11)
        @JsonPropertyDescription(
            "Decay per step of the exponential moving average of the weights, at least 0 and "
                + "below 1, such as 0.999. The average is what is measured and published; 0 takes "
                + "the last weights.")
        String emaDecay,
    @JsonPropertyDescription("Random changes of training images; none if absent.")
        Augmentation augmentation,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Progressive shrinking in this order; their epochs must sum to epochs. "
                + "One phase with every dimension elastic if empty.")
        List<TrainingPhase> phases,
    @Default("auto")
        @JsonPropertyDescription(
            "Numbers that convolutions and matrix products of the training are computed with: "
                + "float32, bfloat16 (weights, normalization, loss and optimizer stay float32), or "
                + "auto: bfloat16 on GPUs of compute capability 8.0 and higher, float32 elsewhere. "
                + "Subnets are measured in float32 in any case.")
        Precision precision) {

  /** Fills in the defaults. */
  public RecipeSource {
    batchSize = Formats.orElse(batchSize, 64);
    learningRate = Formats.orElse(learningRate, "0.004");
    weightDecay = Formats.orElse(weightDecay, "0.01");
    warmupFraction = Formats.orElse(warmupFraction, "0.05");
    labelSmoothing = Formats.orElse(labelSmoothing, "0.1");
    randomSubnets = Formats.orElse(randomSubnets, 2);
    distillation = Formats.orElse(distillation, true);
    gradientClipNorm = Formats.orElse(gradientClipNorm, "0");
    emaDecay = Formats.orElse(emaDecay, "0");
    augmentation = Formats.orElse(augmentation, Augmentation.NONE);
    phases = Formats.listOf(phases);
    precision = Formats.orElse(precision, Precision.AUTO);
  }
}
