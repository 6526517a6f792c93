package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What this target cost on top of the supernet. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchCost(
    @Required
        @Size(max = 24)
        @JsonPropertyDescription("Time spent searching, in seconds, a decimal.")
        String searchSeconds,
    @JsonPropertyDescription(
            "Seconds of work of the Pods that fine-tuned and measured; absent without verification.")
        @Nullable Long verifySeconds,
    @Required
        @JsonPropertyDescription(
            "Seconds of work of all worker Pods that this resource caused: verification and, with"
                + " supernetTemplate, the SupernetTraining made from it.")
        Long workerSeconds) {}
