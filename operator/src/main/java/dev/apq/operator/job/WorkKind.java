package dev.apq.operator.job;

/** What a stage runs as. */
public enum WorkKind {
  /** A Job of Kubernetes itself. */
  JOB("Job"),
  /** A TrainJob of the Kubeflow Trainer: several Pods that train together. */
  TRAIN_JOB("TrainJob");

  private final String kind;

  WorkKind(String kind) {
    this.kind = kind;
  }

  /** The kind as Kubernetes spells it. */
  public String kind() {
    return kind;
  }
}
