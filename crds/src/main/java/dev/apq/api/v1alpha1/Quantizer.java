package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How weights and activations are rounded to few bits. */
public enum Quantizer {
  /** One threshold a tensor, clipped by divergence below 5 bits; activation clips are learned. */
  @JsonProperty("paper")
  PAPER,
  /** One threshold an output channel of a weight, least squared error; step sizes are learned. */
  @JsonProperty("per-channel")
  PER_CHANNEL,
  /** One threshold a tensor, least squared error; no threshold is learned. */
  @JsonProperty("per-tensor")
  PER_TENSOR
}
