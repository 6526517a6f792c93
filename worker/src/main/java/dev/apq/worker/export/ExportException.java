package dev.apq.worker.export;

import org.jspecify.annotations.Nullable;

/** A network cannot be exported. */
public final class ExportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  ExportException(String error, String remedy) {
    this(error, remedy, null);
  }

  ExportException(String error, String remedy, @Nullable Throwable cause) {
    super(error, cause);
    this.remedy = remedy;
  }

  /** What to do about it. */
  public String remedy() {
    return remedy;
  }
}
