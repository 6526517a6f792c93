package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Another ApqSearch in the same namespace. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchReference(
    @Required
        @Size(min = 1, max = 40)
        @Pattern(Formats.DNS_LABEL)
        @JsonPropertyDescription("Its name.")
        String name) {}
