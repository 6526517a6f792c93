package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The supernet behind the answer and how far it can be trusted. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SupernetSummary(
    @Required @Size(max = 63) @JsonPropertyDescription("Name of the SupernetTraining.") String name,
    @Size(max = 71)
        @Pattern(Formats.DIGEST)
        @JsonPropertyDescription("SHA-256 of the predictor's weights.")
        @Nullable String predictorDigest,
    @JsonPropertyDescription("Quality of the predictor on samples it has not seen.")
        @Nullable PredictorQuality predictor) {}
