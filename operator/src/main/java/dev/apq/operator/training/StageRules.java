package dev.apq.operator.training;

import dev.apq.api.v1alpha1.ApqSearchSpec;
import dev.apq.api.v1alpha1.CleanupPolicy;
import dev.apq.api.v1alpha1.SupernetTrainingSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a specification says about running its stages.
 *
 * @param suspend whether everything shall stop
 * @param shards of a sharded stage
 * @param minSuccessPercent share of the shards that must succeed
 * @param ttlSecondsAfterFinished how long Jobs of finished stages are kept; null for ever
 * @param cleanupPolicy which Jobs go once all stages are finished
 */
public record StageRules(
    boolean suspend,
    int shards,
    int minSuccessPercent,
    @Nullable Long ttlSecondsAfterFinished,
    CleanupPolicy cleanupPolicy) {

  /** Of a training. */
  public static StageRules of(SupernetTrainingSpec spec) {
    return new StageRules(
        spec.suspend(),
        spec.collection().shards(),
        spec.collection().minSuccessPercent(),
        spec.runPolicy().ttlSecondsAfterFinished(),
        spec.runPolicy().cleanupPolicy());
  }

  /** Of a search, whose verification is not sharded. */
  public static StageRules of(ApqSearchSpec spec) {
    return new StageRules(
        spec.suspend(),
        1,
        100,
        spec.runPolicy().ttlSecondsAfterFinished(),
        spec.runPolicy().cleanupPolicy());
  }

  /** Shards that must be finished before a stage is sealed without the others. */
  int neededShards() {
    return Math.max(1, (shards * minSuccessPercent + 99) / 100);
  }
}
