package dev.apq.operator.search;

/** How an ApqSearch is doing. */
public sealed interface SearchOutcome {

  /** The answer is there. */
  record Completed() implements SearchOutcome {}

  /** The status stays as it is: it tells the answer, and nothing newer can be known. */
  record Kept() implements SearchOutcome {}

  /**
   * Under way or waiting.
   *
   * @param reason for machines
   * @param message for people
   */
  record Running(String reason, String message) implements SearchOutcome {}

  /**
   * Stopped by the user.
   *
   * @param message for people
   */
  record Suspended(String message) implements SearchOutcome {}

  /**
   * Cannot go on without help.
   *
   * @param reason for machines
   * @param message what is wrong
   * @param remedy what to do about it
   */
  record Stalled(String reason, String message, String remedy) implements SearchOutcome {}
}
