package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A search space written out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InlineSearchSpace(
    @Required
        @Min(4)
        @Max(1024)
        @JsonPropertyDescription("Height and width of the input images in pixels.")
        Integer resolution,
    @Required
        @Min(1)
        @Max(4)
        @JsonPropertyDescription("Channels of the input images: 1 for grey, 3 for colour.")
        Integer inputChannels,
    @Required @Min(2) @Max(100000) @JsonPropertyDescription("Number of classes.") Integer classes,
    @Required @JsonPropertyDescription("The first convolution; 8-bit weights, never searched.")
        StemSpec stem,
    @JsonPropertyDescription(
            "A block with expand ratio 1 behind the stem; 8 bits, never searched. "
                + "None if absent.")
        @Nullable FirstBlockSpec firstBlock,
    @Required
        @Size(min = 1, max = 16)
        @JsonPropertyDescription("Searchable stages in network order; 64 blocks in all at most.")
        List<StageSpaceSpec> stages,
    @Required
        @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "Output channels of the 1x1 convolution before pooling; 8 bits, never searched.")
        Integer headChannels,
    @Size(min = 1, max = 7)
        @JsonPropertyDescription(
            "Options for each searched bit width, ascending; the default is 4, 6 and 8.")
        List<@Min(2) @Max(8) Integer> bitWidths) {

  /** Fills in the defaults. */
  public InlineSearchSpace {
    stages = Formats.listOf(stages);
    bitWidths = Formats.listOf(bitWidths);
  }
}
