package dev.apq.kubectl.error;

/** What the exit status of the plugin means. */
public enum ExitStatus {
  /** Done. */
  DONE(0),
  /** Something failed that none of the others names. */
  FAILED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** There is no such resource. */
  NOT_FOUND(3),
  /** The user's rights or credentials do not suffice. */
  DENIED(4),
  /** The resource has no result yet, or will never have one as it is. */
  NOT_FINISHED(5),
  /** The API server cannot be reached. */
  UNREACHABLE(6),
  /** What arrived is not what was announced: a digest differs, or a file is malformed. */
  DAMAGED(7);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** The process exit status. */
  public int code() {
    return code;
  }
}
