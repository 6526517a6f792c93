package dev.apq.store;

/** What goes wrong with a request to an {@link S3Server}. */
public sealed interface Fault {
  /**
   * The server answers with an error.
   *
   * @param status HTTP status
   * @param code of S3, for example {@code SlowDown}
   */
  record Answer(int status, String code) implements Fault {}

  /** The connection ends before an answer. */
  record Drop() implements Fault {}

  /** No answer ever comes. */
  record Hang() implements Fault {}

  /**
   * The connection ends in the middle of the answer.
   *
   * @param bytes of the body that arrive
   */
  record Cut(int bytes) implements Fault {}
}
