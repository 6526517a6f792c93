package dev.apq.operator.training;

import dev.apq.core.contract.Stage;
import dev.apq.operator.status.Reasons;
import java.time.Duration;

/** The API server understood and refused a Job: admission, a quota of Jobs, or a missing right. */
public final class RefusedWork extends RuntimeException {
  /** When to try again: nothing tells that the cause is gone. */
  public static final Duration RETRY_INTERVAL = Duration.ofSeconds(30);

  private static final long serialVersionUID = 1L;

  private final Stage stage;

  RefusedWork(Stage stage, String message, Throwable cause) {
    super(message, cause);
    this.stage = stage;
  }

  /** What it means for the resource. */
  public Outcome outcome() {
    String message = String.valueOf(getMessage());
    return message.contains("exceeded quota")
        ? new Outcome.Running(stage, Reasons.WAITING_FOR_QUOTA, message)
        : new Outcome.Stalled(
            Reasons.JOB_REFUSED,
            message,
            "remove the cause; the operator tries again every "
                + RETRY_INTERVAL.toSeconds()
                + " seconds");
  }
}
