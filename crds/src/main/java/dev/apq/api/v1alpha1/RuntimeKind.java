package dev.apq.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Kinds of runtimes of the Kubeflow Trainer. */
public enum RuntimeKind {
  /** For every namespace. */
  @JsonProperty("ClusterTrainingRuntime")
  CLUSTER_TRAINING_RUNTIME("ClusterTrainingRuntime"),
  /** For its own namespace. */
  @JsonProperty("TrainingRuntime")
  TRAINING_RUNTIME("TrainingRuntime");

  private final String kind;

  RuntimeKind(String kind) {
    this.kind = kind;
  }

  /** The kind as Kubernetes spells it. */
  public String kind() {
    return kind;
  }
}
