package dev.apq.local.node;

/** When a container that ended is started again. */
enum RestartPolicy {
  ALWAYS,
  ON_FAILURE,
  NEVER;

  static RestartPolicy of(String name) {
    return switch (name) {
      case "Never" -> NEVER;
      case "OnFailure" -> ON_FAILURE;
      case "Always" -> ALWAYS;
      default -> throw new IllegalArgumentException("unknown restartPolicy " + name);
    };
  }

  boolean restarts(int exitCode) {
    return this == ALWAYS || (this == ON_FAILURE && exitCode != 0);
  }

  /** Init containers run until they succeed: one that did is never started again. */
  boolean restartsInit(int exitCode) {
    return this != NEVER && exitCode != 0;
  }
}
