package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What numbers the products of a training step are computed with. */
public enum TrainingPrecision {
  /** 32-bit floats. */
  @JsonProperty("float32")
  FLOAT32,
  /** bfloat16, with weights and everything but the products in 32-bit floats. */
  @JsonProperty("bfloat16")
  BFLOAT16
}
