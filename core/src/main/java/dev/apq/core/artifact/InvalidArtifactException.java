package dev.apq.core.artifact;

import java.io.IOException;

/** Stored bytes are not what they should be: too large, malformed or of a wrong shape. */
public final class InvalidArtifactException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the artifact and the problem. */
  public InvalidArtifactException(String message) {
    super(message);
  }

  /** With a message that names the artifact and the problem, and what revealed it. */
  public InvalidArtifactException(String message, Throwable cause) {
    super(message, cause);
  }
}
