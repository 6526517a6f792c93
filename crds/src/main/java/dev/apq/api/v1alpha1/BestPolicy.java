package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The most accurate policy within the limits: the best predicted one, and after verification the
 * best measured one.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BestPolicy(
    @Required
        @Size(max = 24)
        @JsonPropertyDescription("Its accuracy, 0 to 1: on the test images if it was measured.")
        String accuracy,
    @Required
        @JsonPropertyDescription(
            "Measured: counted on test images, fine-tuned and quantized; Predicted: from the"
                + " accuracy predictor.")
        AccuracySource accuracySource,
    @Size(max = 24) @JsonPropertyDescription("What the accuracy predictor says, 0 to 1.")
        @Nullable String predictedAccuracy,
    @JsonPropertyDescription("On the validation images, by which it was chosen.")
        @Nullable MeasuredAccuracy validation,
    @JsonPropertyDescription("On the test images, which nothing before has seen.")
        @Nullable MeasuredAccuracy test,
    @Size(max = 8) @JsonPropertyDescription("Every cost that is known.") List<CostValue> costs,
    @Required
        @Size(max = 71)
        @Pattern(Formats.DIGEST)
        @JsonPropertyDescription("SHA-256 of the policy in canonical JSON.")
        String digest,
    @Required @JsonPropertyDescription("Depths and kernels.") BestArchitecture architecture,
    @Required @JsonPropertyDescription("Channel widths.") BestPruning pruning,
    @Required @JsonPropertyDescription("Bit widths.") BestQuantization quantization) {

  /** Fills in the defaults. */
  public BestPolicy {
    costs = Formats.listOf(costs);
  }
}
