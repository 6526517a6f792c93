package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** What the resource has cost. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TrainingCost(
    @Required
        @JsonPropertyDescription(
            "Run time of its Jobs in seconds, from start to end, retries and "
                + "waiting shards included.")
        Long workerSeconds) {}
