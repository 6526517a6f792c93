package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How well a predictor does on samples it has not seen. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictorQuality(
    @JsonPropertyDescription("Number of those samples.") @Nullable Long heldOutSamples,
    @Size(max = 24)
        @JsonPropertyDescription(
            "Kendall rank correlation between predicted and measured accuracy, -1 to 1.")
        @Nullable String kendallTau,
    @Size(max = 24)
        @JsonPropertyDescription("Share of sample pairs ranked in the right order, 0 to 1.")
        @Nullable String pairwiseAccuracy,
    @Size(max = 24) @JsonPropertyDescription("Root mean squared error of the accuracy.")
        @Nullable String rmse,
    @Size(max = 24)
        @JsonPropertyDescription("Mean predicted less mean measured accuracy; 0 is right.")
        @Nullable String bias,
    @Size(max = 24)
        @JsonPropertyDescription(
            "Slope of the line from predicted to measured accuracies: 1 is right, below 1 the"
                + " predictor exaggerates differences.")
        @Nullable String slope) {}
