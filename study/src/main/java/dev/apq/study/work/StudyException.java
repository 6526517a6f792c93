package dev.apq.study.work;

/** Why a study cannot go on, with a remedy; or that it was asked to stop. */
public final class StudyException extends RuntimeException {
  private final int exitStatus;

  /**
   * @param exitStatus of the process, by the worker contract
   */
  public StudyException(int exitStatus, String message) {
    super(message);
    this.exitStatus = exitStatus;
  }

  /** Exit status of the process, by the worker contract. */
  public int exitStatus() {
    return exitStatus;
  }
}
