package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Bit widths; stem, first block, head and classifier are fixed at 8 bits. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BestQuantization(
    @Required @JsonPropertyDescription("The expand and project convolutions.") BitWidths pointwise,
    @Required @JsonPropertyDescription("The depthwise convolutions.") BitWidths depthwise) {}
