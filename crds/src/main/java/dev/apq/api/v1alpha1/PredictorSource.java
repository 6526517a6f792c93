package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** Size and training of the accuracy predictor. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictorSource(
    @Default("400")
        @Min(1)
        @Max(4096)
        @JsonPropertyDescription("Units of each of the three hidden layers.")
        Integer hiddenSize,
    @Default("200") @Min(1) @Max(1000000) @JsonPropertyDescription("Passes over the samples.")
        Integer epochs,
    @Default("0.001")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription("Learning rate of Adam, a decimal.")
        String learningRate) {

  /** What an absent object means. */
  static final PredictorSource DEFAULTS = new PredictorSource(400, 200, "0.001");

  /** Fills in the defaults. */
  public PredictorSource {
    hiddenSize = Formats.orElse(hiddenSize, 400);
    epochs = Formats.orElse(epochs, 200);
    learningRate = Formats.orElse(learningRate, "0.001");
  }
}
