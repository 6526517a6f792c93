package dev.apq.local.node;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one container of a Pod.
 *
 * @param name container name
 * @param image image reference from the Pod
 * @param state what it does now
 * @param last how its previous run ended, if it was restarted
 * @param restarts how often it was started again
 */
record ContainerReport(
    String name, String image, RunState state, RunState.@Nullable Terminated last, int restarts) {

  boolean running() {
    return state instanceof RunState.Running;
  }

  boolean succeeded() {
    return state instanceof RunState.Terminated t && t.exitCode() == 0;
  }

  boolean failed() {
    return state instanceof RunState.Terminated t && t.exitCode() != 0;
  }

  /** Whether it has run at least once. */
  boolean started() {
    return !(state instanceof RunState.Waiting) || last != null;
  }
}
