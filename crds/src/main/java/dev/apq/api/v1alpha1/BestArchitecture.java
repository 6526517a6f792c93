package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Depths, kernels and expand ratios; lists cover the active blocks in network order. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BestArchitecture(
    @Required @Size(max = 16) @JsonPropertyDescription("Active blocks of each stage.")
        List<@Min(1) @Max(64) Integer> depths,
    @Required
        @Size(max = 64)
        @JsonPropertyDescription("Depthwise kernel of each active block, in pixels.")
        List<@Min(1) @Max(11) Integer> kernelSizes,
    @Required
        @Size(max = 64)
        @JsonPropertyDescription(
            "Expanded width over input channels of each active block, to two decimals.")
        List<@Pattern(Formats.DECIMAL) @Size(max = 19) String> expandRatios) {

  /** Fills in the defaults. */
  public BestArchitecture {
    depths = Formats.listOf(depths);
    kernelSizes = Formats.listOf(kernelSizes);
    expandRatios = Formats.listOf(expandRatios);
  }
}
