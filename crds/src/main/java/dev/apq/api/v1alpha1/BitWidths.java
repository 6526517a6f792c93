package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Bit widths of the active blocks in network order. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BitWidths(
    @Required @Size(max = 64) @JsonPropertyDescription("Bits of the weights.")
        List<@Min(2) @Max(8) Integer> weightBits,
    @Required @Size(max = 64) @JsonPropertyDescription("Bits of the activations.")
        List<@Min(2) @Max(8) Integer> activationBits) {

  /** Fills in the defaults. */
  public BitWidths {
    weightBits = Formats.listOf(weightBits);
    activationBits = Formats.listOf(activationBits);
  }
}
