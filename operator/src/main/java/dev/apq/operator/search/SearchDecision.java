package dev.apq.operator.search;

import java.time.Duration;
import java.util.List;

/**
 * What to do now and what to tell.
 *
 * @param actions changes to make, in order
 * @param outcome how the resource is doing
 * @param revisit when to look again if nothing is heard meanwhile
 */
public record SearchDecision(List<SearchAction> actions, SearchOutcome outcome, Duration revisit) {

  /** Copies the list. */
  public SearchDecision {
    actions = List.copyOf(actions);
  }
}
