package dev.apq.operator.training;

import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.operator.store.Seal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the artifact store holds for a stage.
 *
 * @param stage the stage
 * @param seal whether it is finished
 * @param inputDigest what it has to be made from; null while an input is missing
 * @param problem what is corrupt
 * @param quarantined whether corrupt artifacts were set aside before
 * @param goodShards finished shards of a sharded stage, as far as they were counted
 * @param manifest the seal's content, for a good one
 * @param sealedAt when the seal was written
 * @param workerSeconds seconds of work that made a finished stage, summed over workers
 * @param progress what the worker last reported
 */
public record StageObservation(
    Stage stage,
    Seal seal,
    @Nullable String inputDigest,
    @Nullable String problem,
    boolean quarantined,
    int goodShards,
    @Nullable Manifest manifest,
    @Nullable Instant sealedAt,
    double workerSeconds,
    @Nullable Progress progress) {

  /** Nothing is known of the stage because an input is missing. */
  public static StageObservation unreached(Stage stage, boolean quarantined) {
    return new StageObservation(stage, Seal.NONE, null, null, quarantined, 0, null, null, 0, null);
  }

  /** The same stage, whose sealed artifacts turned out to be useless. */
  public StageObservation corrupt(String what) {
    return new StageObservation(
        stage, Seal.CORRUPT, inputDigest, what, quarantined, 0, null, null, 0, null);
  }

  /** The attempt that is due: the second after artifacts were set aside. */
  public int attempt() {
    return quarantined ? 2 : 1;
  }
}
