package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Numbers that products are computed with. */
public enum Precision {
  /** What suits the device. */
  @JsonProperty("auto")
  AUTO,
  /** 32-bit floats. */
  @JsonProperty("float32")
  FLOAT32,
  /** Brain floating point: the exponents of 32-bit floats with 8 significant bits. */
  @JsonProperty("bfloat16")
  BFLOAT16
}
