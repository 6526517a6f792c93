package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How far the search is. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchProgress(
    @Required @JsonPropertyDescription("Generations done.") Integer generation,
    @Required @JsonPropertyDescription("Generations in all.") Integer generations,
    @Required @JsonPropertyDescription("Policies whose accuracy was predicted.") Long evaluations,
    @Size(max = 24)
        @JsonPropertyDescription(
            "Highest predicted accuracy among policies within the limits, 0 to 1.")
        @Nullable String bestAccuracy) {}
