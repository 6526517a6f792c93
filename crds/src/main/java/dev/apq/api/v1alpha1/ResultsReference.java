package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Where the whole result lies. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResultsReference(
    @Required
        @Size(max = 253)
        @JsonPropertyDescription(
            "ConfigMap in the same namespace with the best policy and the front "
                + "(200 points at most).")
        String configMap,
    @Required
        @Size(max = 1024)
        @JsonPropertyDescription("File in the artifact store with the same.")
        String uri,
    @Required
        @Size(max = 71)
        @Pattern(Formats.DIGEST)
        @JsonPropertyDescription("SHA-256 of that file.")
        String digest,
    @Required @JsonPropertyDescription("Points of the front.") Integer frontSize) {}
