package dev.apq.core.contract;

import java.util.Arrays;
import java.util.Optional;

/** What a worker's exit status means; the numbers follow BSD sysexits where one fits. */
public enum ExitCode {
  /** Done; the manifest is in place. */
  DONE(0),
  /** The command line is wrong: retrying cannot help. */
  USAGE(64),
  /** This shard can never work; others may. */
  SHARD_UNUSABLE(65),
  /** An input artifact is missing or corrupt. */
  INPUT_UNUSABLE(66),
  /** The artifact store cannot be reached or written; worth a retry. */
  STORAGE_UNAVAILABLE(69),
  /** A defect of the worker. */
  INTERNAL(70),
  /** Stopped on request with a checkpoint; the next run continues. */
  STOPPED(75),
  /** The specification is invalid: retrying cannot help. */
  BAD_SPEC(78);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process exit status. */
  public int code() {
    return code;
  }

  /** The meaning of an exit status, if it is one of these. */
  public static Optional<ExitCode> of(int code) {
    return Arrays.stream(values()).filter(value -> value.code == code).findFirst();
  }
}
