package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** A stage of searchable inverted-residual blocks. */
@ValidationRule(
    value = "self.minDepth <= self.maxDepth",
    message = "minDepth must not exceed maxDepth")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StageSpaceSpec(
    @Required
        @Min(1)
        @Max(4096)
        @JsonPropertyDescription("Output channels of every block of the stage.")
        Integer channels,
    @Required
        @Min(1)
        @Max(2)
        @JsonPropertyDescription("Stride of the first block; the others have 1.")
        Integer stride,
    @Required @Min(1) @Max(64) @JsonPropertyDescription("Fewest active blocks.") Integer minDepth,
    @Required @Min(1) @Max(64) @JsonPropertyDescription("Most active blocks.") Integer maxDepth,
    @Required
        @Size(min = 1, max = 6)
        @JsonPropertyDescription("Depthwise kernel options in pixels: odd, ascending.")
        List<@Min(1) @Max(11) Integer> kernelSizes,
    @Required
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription(
            "Smallest expanded width divided by the input channels of a block, a "
                + "decimal such as \"4\".")
        String minExpandRatio,
    @Required
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription(
            "Largest expanded width divided by the input channels of a block, a "
                + "decimal such as \"6\".")
        String maxExpandRatio,
    @Default("8")
        @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "Expanded widths are the multiples of this number of channels between "
                + "the two ratios.")
        Integer widthStep) {

  /** Fills in the defaults. */
  public StageSpaceSpec {
    kernelSizes = Formats.listOf(kernelSizes);
    widthStep = Formats.orElse(widthStep, 8);
  }
}
