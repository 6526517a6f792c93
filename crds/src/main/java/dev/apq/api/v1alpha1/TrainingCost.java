package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** What the resource has cost. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingCost(
    @Required
        @JsonPropertyDescription(
            "Seconds of work of the worker Pods that made the finished stages, and of the running Job.")
        Long workerSeconds) {}
