package dev.apq.operator.training;

import dev.apq.core.contract.Stage;
import java.util.List;
import java.util.Map;

/**
 * What the stages of a run work on.
 *
 * @param runId names their Jobs
 * @param specBytes content of {@code spec.json}
 * @param shards of a sharded stage
 * @param stages the stages, in the order they run; none if there is nothing to run
 * @param upstream manifest digests of finished stages elsewhere that these read
 */
public record StagePlan(
    String runId, byte[] specBytes, int shards, List<Stage> stages, Map<Stage, String> upstream) {
  /** Nothing to run. */
  public static final StagePlan NOTHING = new StagePlan("", new byte[0], 1, List.of(), Map.of());

  /** Copies lists and maps. */
  public StagePlan {
    stages = List.copyOf(stages);
    upstream = Map.copyOf(upstream);
  }
}
