package dev.apq.worker.data;

/** Input that is missing, corrupt or does not fit the search space. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  /**
   * @param problem what is wrong, naming the file
   * @param remedy what the user can do about it
   */
  public DataException(String problem, String remedy) {
    super(problem);
    this.remedy = remedy;
  }

  /** As the other constructor, keeping the cause. */
  public DataException(String problem, String remedy, Throwable cause) {
    super(problem, cause);
    this.remedy = remedy;
  }

  /** What the user can do about it. */
  public String remedy() {
    return remedy;
  }
}
