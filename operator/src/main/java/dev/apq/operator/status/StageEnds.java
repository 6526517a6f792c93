package dev.apq.operator.status;

import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import java.util.List;

/** Which stages have ended. */
public final class StageEnds {
  private StageEnds() {}

  /**
   * The stages that have ended between two statuses. A stage may succeed before its Job has ended,
   * as what it left is what counts; its time is known only then. One found finished in the store
   * has none.
   */
  public static List<StageStatus> between(List<StageStatus> before, List<StageStatus> after) {
    return after.stream()
        .filter(StageEnds::hasEnded)
        .filter(
            stage ->
                before.stream()
                    .noneMatch(b -> b.name().equals(stage.name()) && StageEnds.hasEnded(b)))
        .toList();
  }

  private static boolean hasEnded(StageStatus stage) {
    return stage.state() == StageState.SUCCEEDED && stage.completionTime() != null;
  }
}
