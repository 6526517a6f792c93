package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** The first convolution. */
@ValidationRule(value = "self.kernelSize % 2 == 1", message = "kernelSize must be odd")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StemSpec(
    @Required @Min(1) @Max(4096) @JsonPropertyDescription("Output channels.") Integer channels,
    @Required @Min(1) @Max(11) @JsonPropertyDescription("Square kernel in pixels, odd.")
        Integer kernelSize,
    @Required @Min(1) @Max(4) @JsonPropertyDescription("Stride.") Integer stride) {}
