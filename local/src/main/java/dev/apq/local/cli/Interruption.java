package dev.apq.local.cli;

import java.util.concurrent.atomic.AtomicBoolean;

/** Closes what is open when the user presses Ctrl-C or the process is asked to end. */
final class Interruption {
  private static final AtomicBoolean HAPPENED = new AtomicBoolean();

  private Interruption() {}

  /** Whether this process is ending because it was asked to, so that errors are no news. */
  static boolean happened() {
    return HAPPENED.get();
  }

  /** Closes {@code resource} on SIGINT, SIGTERM or SIGHUP; {@code message} tells the user so. */
  static Thread closes(AutoCloseable resource, String message) {
    Thread hook =
        new Thread(
            () -> {
              HAPPENED.set(true);
              System.err.println();
              System.err.println(message);
              try {
                resource.close();
              } catch (Exception e) {
                System.err.println("error: " + e.getMessage());
              }
            },
            "apq-interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    return hook;
  }

  /** Takes back {@link #closes} once the resource has been closed in the normal way. */
  static void over(Thread hook) {
    if (!happened()) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
