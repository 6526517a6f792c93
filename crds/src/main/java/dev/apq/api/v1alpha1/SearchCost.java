package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** What this target cost on top of the supernet. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchCost(
    @Required
        @Size(max = 24)
        @JsonPropertyDescription("Time spent searching, in seconds, a decimal.")
        String searchSeconds,
    @Required
        @JsonPropertyDescription(
            "Seconds of work of worker Pods that this resource caused: those of the SupernetTraining"
                + " made from its template; none with supernetRef.")
        Long workerSeconds) {}
