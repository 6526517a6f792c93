package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A toleration of worker Pods, as in the Pod API. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TolerationSpec(
    @Size(max = 253) @JsonPropertyDescription("Taint key; every taint if absent.")
        @Nullable String key,
    @Size(max = 6)
        @Pattern("^(Equal|Exists)$")
        @JsonPropertyDescription("Equal (the default) or Exists.")
        @Nullable String operator,
    @Size(max = 63) @JsonPropertyDescription("Taint value, for Equal.") @Nullable String value,
    @Size(max = 16)
        @Pattern("^(NoSchedule|PreferNoSchedule|NoExecute)$")
        @JsonPropertyDescription(
            "NoSchedule, PreferNoSchedule or NoExecute; every effect if absent.")
        @Nullable String effect,
    @Min(0)
        @Max(31536000)
        @JsonPropertyDescription(
            "For how long a NoExecute taint is tolerated, in seconds; forever if absent.")
        @Nullable Long tolerationSeconds) {}
