package dev.apq.kubectl.error;

import org.jspecify.annotations.Nullable;

/** A command cannot do what it was asked to. */
public final class PluginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitStatus status;
  private final String remedy;

  /** With what is wrong and what to do about it. */
  public PluginException(ExitStatus status, String message, String remedy) {
    this(status, message, remedy, null);
  }

  /** With what is wrong, what to do about it and what revealed it. */
  public PluginException(
      ExitStatus status, String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.remedy = remedy;
  }

  /** The exit status of the process. */
  public ExitStatus status() {
    return status;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
