package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Channel widths of the active blocks in network order. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BestPruning(
    @Required @Size(max = 64) @JsonPropertyDescription("Expanded width of each active block.")
        List<@Min(1) @Max(65536) Integer> channels) {

  /** Fills in the defaults. */
  public BestPruning {
    channels = Formats.listOf(channels);
  }
}
