package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A stretch of supernet training. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainingPhase(
    @Required
        @Size(min = 1, max = 63)
        @Pattern(Formats.DNS_LABEL)
        @JsonPropertyDescription("Short name, shown in progress messages.")
        String name,
    @Required @Min(1) @Max(100000) @JsonPropertyDescription("Passes over the training images.")
        Integer epochs,
    @Size(max = 3)
        @JsonPropertyDescription(
            "Dimensions that vary; the others stay at their largest. Empty trains "
                + "the largest network alone.")
        List<Elastic> elastic) {

  /** Fills in the defaults. */
  public TrainingPhase {
    elastic = Formats.listOf(elastic);
  }
}
