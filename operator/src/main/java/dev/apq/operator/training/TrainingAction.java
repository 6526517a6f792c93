package dev.apq.operator.training;

import dev.apq.core.contract.Stage;
import dev.apq.operator.job.WorkKind;

/** A change of the world that a decision asks for. Each is safe to repeat. */
public sealed interface TrainingAction {

  /**
   * Publish the worker's specification and create the stage's Job unless it exists.
   *
   * @param kind what the stage runs as
   * @param stage the stage to run
   * @param attempt 1, or 2 after a quarantine
   * @param inputDigest what the workers echo in their manifests
   */
  record CreateJob(WorkKind kind, Stage stage, int attempt, String inputDigest)
      implements TrainingAction {}

  /**
   * Delete a Job and wait for its Pods; workers leave a checkpoint.
   *
   * @param kind whether it is a Job or a TrainJob
   * @param name the Job
   */
  record DeleteJob(WorkKind kind, String name) implements TrainingAction {}

  /**
   * Set a stage's corrupt artifacts aside so that it can run again.
   *
   * @param stage the stage
   * @param inputDigest what the artifacts were to be made from
   */
  record Quarantine(Stage stage, String inputDigest) implements TrainingAction {}

  /**
   * Write the manifest of a sharded stage over the shards that are finished.
   *
   * @param stage the stage
   * @param inputDigest what the shards were made from
   */
  record SealShards(Stage stage, String inputDigest) implements TrainingAction {}
}
