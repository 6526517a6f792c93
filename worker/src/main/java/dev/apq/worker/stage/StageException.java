package dev.apq.worker.stage;

import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.Failure;
import org.jspecify.annotations.Nullable;

/** A stage ends without its result, for a reason that the operator acts on. */
final class StageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;
  private final String remedy;

  StageException(ExitCode exitCode, String error, String remedy) {
    this(exitCode, error, remedy, null);
  }

  StageException(ExitCode exitCode, String error, String remedy, @Nullable Throwable cause) {
    super(error, cause);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }

  ExitCode exitCode() {
    return exitCode;
  }

  Failure failure() {
    return new Failure(String.valueOf(getMessage()), remedy);
  }

  /** The stage was asked to stop and can be continued. */
  static StageException stopped() {
    return new StageException(
        ExitCode.STOPPED, "stopped on request", "start the stage again: it continues");
  }

  /** An input artifact cannot be used. */
  static StageException input(String error, String remedy) {
    return new StageException(ExitCode.INPUT_UNUSABLE, error, remedy);
  }
}
