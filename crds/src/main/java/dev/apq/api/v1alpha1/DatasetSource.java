package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Training and held-out images: built in, on a volume or in a bucket. */
@ValidationRule(
    value = "has(self.builtin) != has(self.directory)",
    message = "set exactly one of builtin and directory")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetSource(
    @JsonPropertyDescription(
            "A data set that the worker ships: digits (UCI handwritten digits, 8x8) "
                + "or cluttered-digits (the same at random places among fragments of "
                + "others, on a canvas as large as the space's resolution).")
        @Nullable BuiltinDataset builtin,
    @JsonPropertyDescription("Your own images, on a volume or in a bucket.")
        @Nullable DatasetDirectory directory) {}
