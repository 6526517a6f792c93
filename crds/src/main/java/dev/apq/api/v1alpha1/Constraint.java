package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** An upper limit for one cost. */
@ValidationRule(value = "double(self.max) > 0.0", message = "max must be greater than 0")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Constraint(
    @Required
        @JsonPropertyDescription(
            "Latency (ms for one image), Energy (mJ for one image), BitOps (units "
                + "of 1e9), ModelSize (units of 1e6 bytes) or Macs (units of 1e6).")
        Metric metric,
    @Required
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription(
            "The limit in the unit of the metric, a positive decimal such as \"6.11\".")
        String max) {}
