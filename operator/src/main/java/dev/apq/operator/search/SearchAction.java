package dev.apq.operator.search;

import dev.apq.operator.training.TrainingAction;

/** A change of the world that a decision asks for. Each is safe to repeat. */
public sealed interface SearchAction {

  /** Create the SupernetTraining of the template. */
  record CreateSupernet() implements SearchAction {}

  /**
   * Stop or continue the SupernetTraining of the template.
   *
   * @param suspend whether it shall stop
   */
  record SuspendSupernet(boolean suspend) implements SearchAction {}

  /** Hand the plan to the executor; continues from a checkpoint if there is one. */
  record StartSearch() implements SearchAction {}

  /** Stop whatever the executor runs for this resource; a checkpoint is left. */
  record StopSearch() implements SearchAction {}

  /**
   * Change something about the verification's Job or artifacts.
   *
   * @param action what to change
   */
  record Verify(TrainingAction action) implements SearchAction {}

  /** Write the results ConfigMap. */
  record PublishResult() implements SearchAction {}
}
