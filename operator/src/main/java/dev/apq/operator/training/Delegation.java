package dev.apq.operator.training;

/** Whether stage Train is handed to a TrainJob, and whether that can be had. */
public enum Delegation {
  /** It runs as a Job like every other stage. */
  NONE,
  /** It runs as a TrainJob. */
  READY,
  /** It is to run as a TrainJob, which this operator is not allowed to make. */
  DISABLED,
  /** It is to run as a TrainJob, which the cluster does not know. */
  NOT_INSTALLED
}
