package dev.apq.operator.job;

/** State of a Job as far as decisions depend on it. */
public enum JobState {
  /** Not ended, whether or not Pods run or failed meanwhile. */
  ACTIVE,
  /** Ended with condition {@code Complete}. */
  COMPLETE,
  /** Ended with condition {@code Failed}. */
  FAILED,
  /** Deletion is under way; Pods may still be stopping. */
  DELETING
}
