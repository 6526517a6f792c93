package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One aspect of the state, as in the Kubernetes API conventions. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the aspect.") String type,
    @Required
        @Size(max = 7)
        @Pattern("^(True|False|Unknown)$")
        @JsonPropertyDescription("True, False or Unknown.")
        String status,
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Why, for machines.") String reason,
    @Required
        @Size(max = 2048)
        @JsonPropertyDescription("Why, for people, and what to do about it.")
        String message,
    @Required @JsonPropertyDescription("Generation of the specification that this is about.")
        Long observedGeneration,
    @Required @Size(max = 40) @JsonPropertyDescription("When the status last changed, RFC 3339.")
        String lastTransitionTime) {}
