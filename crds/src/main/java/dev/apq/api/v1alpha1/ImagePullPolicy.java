package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When the image is pulled. */
public enum ImagePullPolicy {
  /** At each start. */
  @JsonProperty("Always")
  ALWAYS,
  /** When the node lacks it. */
  @JsonProperty("IfNotPresent")
  IF_NOT_PRESENT,
  /** Never. */
  @JsonProperty("Never")
  NEVER
}
