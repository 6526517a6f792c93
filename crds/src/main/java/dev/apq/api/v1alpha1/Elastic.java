package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Dimensions in which subnets sampled during a training phase may differ from the largest. */
public enum Elastic {
  /** Depthwise kernel sizes. */
  @JsonProperty("Kernel")
  KERNEL,
  /** Active blocks per stage. */
  @JsonProperty("Depth")
  DEPTH,
  /** Expanded widths. */
  @JsonProperty("Width")
  WIDTH
}
