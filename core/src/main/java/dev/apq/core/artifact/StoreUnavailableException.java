package dev.apq.core.artifact;

import java.io.IOException;

/**
 * The artifact store cannot be reached or refuses to serve: nothing is known about what lies there,
 * and a later try may succeed.
 */
public final class StoreUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  /**
   * @param message what was tried and what came back; no secrets
   * @param remedy what somebody can do about it
   * @param cause what revealed it
   */
  public StoreUnavailableException(String message, String remedy, Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What somebody can do about it. */
  public String remedy() {
    return remedy;
  }
}
