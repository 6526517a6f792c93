package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Hardware whose cost model ships with the product. */
public enum HardwareProfile {
  /** BitFusion, the bit-flexible accelerator of the APQ paper: 16x32 array, 500 MHz, batch 1. */
  @JsonProperty("bitfusion")
  BITFUSION
}
