package dev.apq.local.node;

/** Something that a container needs is missing; it may appear later, so the Pod waits for it. */
final class NotYetPossible extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is missing. */
  NotYetPossible(String message) {
    super(message);
  }
}
