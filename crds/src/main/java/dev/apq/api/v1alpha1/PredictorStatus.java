package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Quality of the accuracy predictors. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictorStatus(
    @JsonPropertyDescription("The predictor of full-precision subnets.")
        @Nullable PredictorQuality fullPrecision,
    @JsonPropertyDescription(
            "The quantization-aware predictor, transferred from the former; the one "
                + "that searches use.")
        @Nullable PredictorQuality quantized,
    @JsonPropertyDescription("Baseline: the same network trained on the quantized samples alone.")
        @Nullable PredictorQuality fromScratch,
    @JsonPropertyDescription("Baseline: the full-precision predictor without the transfer.")
        @Nullable PredictorQuality untouched,
    @Size(max = 1024)
        @JsonPropertyDescription(
            "SVG image in the artifact store: what the quantization-aware predictor says of unseen"
                + " samples against what was measured.")
        @Nullable String calibrationPlot) {}
