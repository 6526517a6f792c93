package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Where artifacts lie. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ArtifactReference(
    @Required @Size(max = 1024) @JsonPropertyDescription("Folder in the artifact store.")
        String uri,
    @Size(max = 71)
        @Pattern(Formats.DIGEST)
        @JsonPropertyDescription("SHA-256 of the last stage's manifest, once there is one.")
        @Nullable String digest) {}
