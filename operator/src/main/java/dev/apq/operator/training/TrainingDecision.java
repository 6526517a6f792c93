package dev.apq.operator.training;

import java.time.Duration;
import java.util.List;

/**
 * What to do now and what to tell.
 *
 * @param actions changes to make, in order
 * @param outcome how the resource is doing
 * @param revisit when to look again if nothing is heard meanwhile
 */
public record TrainingDecision(List<TrainingAction> actions, Outcome outcome, Duration revisit) {

  /** Copies the list. */
  public TrainingDecision {
    actions = List.copyOf(actions);
  }
}
