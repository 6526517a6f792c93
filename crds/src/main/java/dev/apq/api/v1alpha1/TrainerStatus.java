package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Progress of the running Job, as the worker reports it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainerStatus(
    @JsonPropertyDescription("Epochs done.") @Nullable Integer epoch,
    @JsonPropertyDescription("Epochs in all.") @Nullable Integer epochs,
    @Size(max = 24) @JsonPropertyDescription("Latest training loss, a decimal.")
        @Nullable String loss,
    @Size(max = 24) @JsonPropertyDescription("Latest accuracy, 0 to 1.") @Nullable String accuracy,
    @JsonPropertyDescription("Estimated seconds to the end of the stage.")
        @Nullable Long etaSeconds) {}
