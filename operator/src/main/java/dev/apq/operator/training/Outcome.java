package dev.apq.operator.training;

import dev.apq.core.contract.Stage;

/** How the resource as a whole is doing. */
public sealed interface Outcome {

  /** Every stage is finished. */
  record Completed() implements Outcome {}

  /**
   * Under way.
   *
   * @param stage the first unfinished stage
   * @param reason for machines
   * @param message for people
   */
  record Running(Stage stage, String reason, String message) implements Outcome {}

  /**
   * Stopped by the user.
   *
   * @param message for people
   */
  record Suspended(String message) implements Outcome {}

  /**
   * Cannot go on without help.
   *
   * @param reason for machines
   * @param message what is wrong
   * @param remedy what to do about it
   */
  record Stalled(String reason, String message, String remedy) implements Outcome {}
}
