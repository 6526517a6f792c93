package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** How subnets are quantized. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuantizationSource(
    @Default("per-channel")
        @JsonPropertyDescription(
            "per-channel (a threshold for each output channel of a weight, least squared error;"
                + " fine-tuning learns all step sizes, LSQ), paper (one threshold a tensor, least"
                + " divergence below 5 bits; fine-tuning learns activation clips, PACT) or"
                + " per-tensor (one threshold a tensor, least squared error; fine-tuning learns"
                + " weights alone).")
        Quantizer quantizer,
    @Default("0.001")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription(
            "Learning rate of fine-tuning at its first step, a decimal; it falls to zero.")
        String learningRate) {

  /** What an absent object means. */
  static final QuantizationSource DEFAULTS = new QuantizationSource(Quantizer.PER_CHANNEL, "0.001");

  /** Fills in the defaults. */
  public QuantizationSource {
    quantizer = Formats.orElse(quantizer, Quantizer.PER_CHANNEL);
    learningRate = Formats.orElse(learningRate, "0.001");
  }
}
