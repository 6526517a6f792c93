package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Who runs a training that takes more than one Pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DistributedTraining(
    @Required
        @JsonPropertyDescription(
            "A TrainJob of the Kubeflow Trainer runs stage Train in place of a Job.")
        TrainJobSource trainJob) {}
