package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How weights and activations are rounded to few bits, and what fine-tuning learns besides. */
public enum Quantizer {
  /**
   * That of the paper (APQ; HAQ, Wang et al., CVPR 2019): one threshold a tensor, which keeps the
   * most information (Kullback-Leibler) below 5 bits and everything from there on; fine-tuning
   * learns where activations are clipped (PACT, Choi et al., 2018).
   */
  @JsonProperty("paper")
  PAPER,
  /**
   * One threshold an output channel for weights, with the least squared error; fine-tuning learns
   * all step sizes (LSQ, Esser et al., ICLR 2020).
   */
  @JsonProperty("per-channel")
  PER_CHANNEL,
  /** One threshold a tensor, with the least squared error; fine-tuning learns the weights alone. */
  @JsonProperty("per-tensor")
  PER_TENSOR
}
