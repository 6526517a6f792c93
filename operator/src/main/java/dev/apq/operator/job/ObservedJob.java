package dev.apq.operator.job;

import dev.apq.core.contract.Stage;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A worker Job, or TrainJob, that belongs to the resource at hand.
 *
 * @param kind which of the two it is
 * @param name its name
 * @param runId the run it was created for
 * @param stage the stage it runs
 * @param attempt 1, or 2 after the stage's artifacts were found corrupt
 * @param inputDigest what its workers were told to work on
 * @param state active, ended or going away
 * @param startTime when it started, unless it has not
 * @param endTime when it ended, unless it has not
 * @param pods Pods that run or are pending
 * @param completedShards completion indexes done; 0 or 1 for an unsharded stage
 * @param failedShards completion indexes that failed for good
 * @param reason why it ended or cannot start, for machines
 * @param message why it ended or cannot start, for people
 */
public record ObservedJob(
    WorkKind kind,
    String name,
    String runId,
    Stage stage,
    int attempt,
    String inputDigest,
    JobState state,
    @Nullable Instant startTime,
    @Nullable Instant endTime,
    int pods,
    int completedShards,
    int failedShards,
    @Nullable String reason,
    @Nullable String message) {

  /** Whether it has not ended and is not going away. */
  public boolean active() {
    return state == JobState.ACTIVE;
  }

  /** Whether it has ended, with success or without. */
  public boolean ended() {
    return state == JobState.COMPLETE || state == JobState.FAILED;
  }
}
