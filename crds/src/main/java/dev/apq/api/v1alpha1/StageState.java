package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a stage is. */
public enum StageState {
  /** Waits for an earlier stage. */
  @JsonProperty("Pending")
  PENDING,
  /** Its Job exists. */
  @JsonProperty("Running")
  RUNNING,
  /** Stopped by {@code spec.suspend}. */
  @JsonProperty("Suspended")
  SUSPENDED,
  /** Sealed in the artifact store. */
  @JsonProperty("Succeeded")
  SUCCEEDED,
  /** Cannot go on without help. */
  @JsonProperty("Failed")
  FAILED
}
