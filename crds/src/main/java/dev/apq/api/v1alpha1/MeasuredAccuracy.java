package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** An accuracy counted on images. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeasuredAccuracy(
    @Required @Size(max = 24) @JsonPropertyDescription("Share of images classified right, 0 to 1.")
        String accuracy,
    @Required
        @Size(max = 24)
        @JsonPropertyDescription("Its binomial standard error, sqrt(p (1 - p) / images).")
        String standardError,
    @Required @JsonPropertyDescription("Images it was counted on.") Integer images) {}
