package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A dimension in which subnets sampled during a training phase may differ from the largest. */
public enum ElasticDimension {
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
