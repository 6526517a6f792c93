package dev.apq.kubectl;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;

/** Undoes what is under way when the user presses Ctrl-C or the process is asked to end. */
final class Interruption {
  private static final AtomicBoolean HAPPENED = new AtomicBoolean();
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();
  private static boolean installed;

  private Interruption() {}

  /** Whether this process is ending because it was asked to, so that errors are no news. */
  static boolean happened() {
    return HAPPENED.get();
  }

  /**
   * Closes {@code resource} when the process is asked to end; what was registered last is closed
   * first.
   */
  static synchronized <T extends AutoCloseable> T closes(T resource) {
    if (!installed) {
      Runtime.getRuntime().addShutdownHook(new Thread(Interruption::close, "apq-interruption"));
      installed = true;
    }
    OPEN.push(resource);
    return resource;
  }

  /** Takes back {@link #closes}: the resource has been closed in the normal way. */
  static synchronized void over(AutoCloseable resource) {
    OPEN.remove(resource);
  }

  private static synchronized void close() {
    if (OPEN.isEmpty()) {
      return;
    }
    HAPPENED.set(true);
    while (!OPEN.isEmpty()) {
      try {
        OPEN.pop().close();
      } catch (Exception e) {
        System.err.println("error: " + e.getMessage());
      }
    }
  }
}
