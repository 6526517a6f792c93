package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** Random changes of training images. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Augmentation(
    @Default("0")
        @Min(0)
        @Max(512)
        @JsonPropertyDescription(
            "Greatest shift in pixels in each direction (a random crop of the padded image), below "
                + "the search space's resolution.")
        Integer cropPadding,
    @Default("false")
        @JsonPropertyDescription("Whether every other image is mirrored left to right.")
        Boolean horizontalFlip,
    @Default("0")
        @Pattern(Formats.FRACTION)
        @Size(max = 11)
        @JsonPropertyDescription(
            "Greatest relative change of brightness, contrast and saturation, 0 to 1.")
        String colorJitter) {
  static final Augmentation NONE = new Augmentation(0, false, "0");

  /** Fills in the defaults. */
  public Augmentation {
    cropPadding = Formats.orElse(cropPadding, 0);
    horizontalFlip = Formats.orElse(horizontalFlip, false);
    colorJitter = Formats.orElse(colorJitter, "0");
  }
}
