package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What a policy costs. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CostValue(
    @Required @JsonPropertyDescription("The cost.") Metric metric,
    @Required @Size(max = 24) @JsonPropertyDescription("Its value, a decimal.") String value,
    @Required @Size(max = 8) @JsonPropertyDescription("Its unit: ms, mJ, G, MB or M.") String unit,
    @Size(max = 24) @JsonPropertyDescription("The limit, if there is one.") @Nullable String max) {}
