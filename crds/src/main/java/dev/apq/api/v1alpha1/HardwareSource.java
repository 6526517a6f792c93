package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The hardware whose latency and energy count: built in or measured. */
@ValidationRule(
    value = "has(self.profile) != has(self.configMapRef)",
    message = "set exactly one of profile and configMapRef")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record HardwareSource(
    @JsonPropertyDescription(
            "A built-in analytic model: bitfusion (the accelerator of the APQ "
                + "paper: 16x32 array, 500 MHz, batch 1).")
        @Nullable HardwareProfile profile,
    @JsonPropertyDescription("Latency and energy per layer that you measured on your own hardware.")
        @Nullable ConfigMapKey configMapRef,
    @Default("complete")
        @JsonPropertyDescription(
            "Which layers count towards latency and energy: complete (all) or paper-compatible"
                + " (without first block and classifier, as the search of the published code"
                + " counts).")
        LayerSelection layers) {

  /** Fills in the defaults. */
  public HardwareSource {
    layers = Formats.orElse(layers, LayerSelection.COMPLETE);
  }

  /** What an absent object means. */
  static final HardwareSource DEFAULTS =
      new HardwareSource(HardwareProfile.BITFUSION, null, LayerSelection.COMPLETE);
}
