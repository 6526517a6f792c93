package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** A SupernetTraining to create. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SupernetTemplate(
    @Required @JsonPropertyDescription("Its specification.") SupernetTrainingSpec spec) {}
