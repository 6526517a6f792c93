package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** What the health gate at the end of training measured. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SupernetHealth(
    @Required
        @JsonPropertyDescription(
            "Whether random subnets lie between smallest and largest, each factor "
                + "raises accuracy and the spread is larger than the noise.")
        Boolean healthy,
    @Size(max = 24) @JsonPropertyDescription("Held-out accuracy of the largest subnet, 0 to 1.")
        @Nullable String largestAccuracy,
    @Size(max = 24) @JsonPropertyDescription("Held-out accuracy of the smallest subnet, 0 to 1.")
        @Nullable String smallestAccuracy,
    @Size(max = 24) @JsonPropertyDescription("Lowest accuracy among random subnets, 0 to 1.")
        @Nullable String randomMin,
    @Size(max = 24) @JsonPropertyDescription("Highest accuracy among random subnets, 0 to 1.")
        @Nullable String randomMax,
    @Size(max = 24) @JsonPropertyDescription("Mean accuracy of random subnets, 0 to 1.")
        @Nullable String randomMean,
    @Size(max = 24)
        @JsonPropertyDescription("Difference between the highest and the lowest, 0 to 1.")
        @Nullable String randomSpread,
    @Size(max = 1024) @JsonPropertyDescription("What is wrong with the supernet.")
        @Nullable String problems) {}
