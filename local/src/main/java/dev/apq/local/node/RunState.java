package dev.apq.local.node;

import java.time.Instant;

/** What a container does at the moment. */
sealed interface RunState {
  /**
   * Not running, but may run.
   *
   * @param reason one CamelCase word
   * @param message for people; may be empty
   */
  record Waiting(String reason, String message) implements RunState {}

  /**
   * Running since {@code startedAt} as process {@code pid}.
   *
   * @param startedAt when the process was started
   * @param pid process id, also of its process group
   */
  record Running(Instant startedAt, long pid) implements RunState {}

  /**
   * Ended.
   *
   * @param exitCode 128 + n when signal n ended it
   * @param reason one CamelCase word
   * @param message what the container wrote to its termination log
   * @param startedAt when the process was started
   * @param finishedAt when it ended
   */
  record Terminated(
      int exitCode, String reason, String message, Instant startedAt, Instant finishedAt)
      implements RunState {}
}
