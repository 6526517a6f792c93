package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The hardware whose latency and energy count: built in or measured. */
@ValidationRule(
    value = "has(self.profile) != has(self.configMapRef)",
    message = "set exactly one of profile and configMapRef")
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HardwareSource(
    @JsonPropertyDescription(
            "A built-in analytic model: bitfusion (the accelerator of the APQ "
                + "paper: 16x32 array, 500 MHz, batch 1).")
        @Nullable HardwareProfile profile,
    @JsonPropertyDescription("Latency and energy per layer that you measured on your own hardware.")
        @Nullable ConfigMapKey configMapRef) {}
