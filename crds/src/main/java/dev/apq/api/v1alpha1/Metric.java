package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Costs that can be limited or traded against accuracy. */
public enum Metric {
  /** Time for one image, in milliseconds. */
  @JsonProperty("Latency")
  LATENCY,
  /** Energy for one image, in millijoules. */
  @JsonProperty("Energy")
  ENERGY,
  /** MACs times weight bits times activation bits, in units of 1e9. */
  @JsonProperty("BitOps")
  BIT_OPS,
  /** Weights at their bit widths, in units of 1e6 bytes. */
  @JsonProperty("ModelSize")
  MODEL_SIZE,
  /** Multiply-accumulate operations, in units of 1e6. */
  @JsonProperty("Macs")
  MACS
}
