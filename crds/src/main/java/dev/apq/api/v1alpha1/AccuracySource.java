package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where an accuracy comes from. */
public enum AccuracySource {
  /** From the accuracy predictor. */
  @JsonProperty("Predicted")
  PREDICTED,
  /** Counted on test images that nothing before had seen. */
  @JsonProperty("Measured")
  MEASURED
}
