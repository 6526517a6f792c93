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
    @Default("200")
        @Min(1)
        @Max(1000000)
        @JsonPropertyDescription("Passes over the samples, at most.")
        Integer epochs,
    @Default("0.001")
        @Pattern(Formats.DECIMAL)
        @Size(max = 19)
        @JsonPropertyDescription("Learning rate of Adam, a decimal.")
        String learningRate,
    @Default("30")
        @Min(1)
        @Max(1000000)
        @JsonPropertyDescription(
            "Passes without a smaller error on held-out samples before training stops early.")
        Integer patience,
    @Default("1")
        @Min(1)
        @Max(16)
        @JsonPropertyDescription(
            "Networks that are trained; searches use their mean, and the answer tells how far they"
                + " disagree. Each costs as much as the first, in training and in searches.")
        Integer ensemble,
    @Default("0.3")
        @Pattern(Formats.FRACTION)
        @Size(max = 11)
        @JsonPropertyDescription(
            "Healthy turns False when the quantization-aware predictor ranks unseen samples with a"
                + " Kendall tau below this, 0 to 1. At 0.3 it orders 65 of 100 pairs rightly. May"
                + " change.")
        String minKendallTau) {

  /** What an absent object means. */
  static final PredictorSource DEFAULTS = new PredictorSource(400, 200, "0.001", 30, 1, "0.3");

  /** Fills in the defaults. */
  public PredictorSource {
    hiddenSize = Formats.orElse(hiddenSize, 400);
    epochs = Formats.orElse(epochs, 200);
    learningRate = Formats.orElse(learningRate, "0.001");
    patience = Formats.orElse(patience, 30);
    ensemble = Formats.orElse(ensemble, 1);
    minKendallTau = Formats.orElse(minKendallTau, "0.3");
  }
}
