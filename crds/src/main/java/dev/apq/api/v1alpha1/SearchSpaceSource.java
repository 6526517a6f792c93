package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The networks to choose from: a preset or a space written out. */
@ValidationRule(
    value = "has(self.preset) != has(self.inline)",
    message = "set exactly one of preset and inline")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SearchSpaceSource(
    @Size(min = 1, max = 63)
        @Pattern("^(apq-imagenet|cluttered-digits|digits|cifar10)$")
        @JsonPropertyDescription(
            "Name of a built-in space: apq-imagenet (the paper's), cluttered-digits, "
                + "digits or cifar10.")
        @Nullable String preset,
    @JsonPropertyDescription("A space of your own.") @Nullable InlineSearchSpace inline) {}
