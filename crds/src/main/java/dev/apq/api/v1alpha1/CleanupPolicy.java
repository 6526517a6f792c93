package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which Jobs go, with their Pods and logs, once everything is done. */
public enum CleanupPolicy {
  /** None of them. */
  @JsonProperty("None")
  NONE,
  /** Those that succeeded. */
  @JsonProperty("Succeeded")
  SUCCEEDED,
  /** Also those that failed on the way to success. */
  @JsonProperty("All")
  ALL
}
