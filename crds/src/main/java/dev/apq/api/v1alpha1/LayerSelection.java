package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which layers count towards latency and energy. */
public enum LayerSelection {
  /** Every layer. */
  @JsonProperty("complete")
  COMPLETE,
  /** Without first block and classifier, as the search of the published code counts. */
  @JsonProperty("paper-compatible")
  PAPER_COMPATIBLE
}
