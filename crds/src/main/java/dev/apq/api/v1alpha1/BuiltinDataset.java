package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Data sets the worker ships. */
public enum BuiltinDataset {
  /** UCI handwritten digits: 1,797 grey images of 8x8 pixels. */
  @JsonProperty("digits")
  DIGITS,
  /**
   * The same digits at random places among fragments of others, on a canvas as large as the
   * resolution.
   */
  @JsonProperty("cluttered-digits")
  CLUTTERED_DIGITS
}
