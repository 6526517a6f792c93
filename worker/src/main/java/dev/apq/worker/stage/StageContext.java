package dev.apq.worker.stage;

import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.random.RandomStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Everything a stage works with.
 *
 * @param spec the resolved specification
 * @param stage which stage this is
 * @param shard shard index of a sharded stage, null otherwise
 * @param store where artifacts lie
 * @param supernet where those of the supernet lie; the same unless a search is verified
 * @param inputDigest digest of what this stage depends on
 * @param stop asked between steps
 * @param progress told between steps
 */
record StageContext(
    WorkerSpec spec,
    Stage stage,
    @Nullable Integer shard,
    StoreLayout store,
    StoreLayout supernet,
    String inputDigest,
    StopSignal stop,
    ProgressReporter progress) {

  /** The folder that this stage or shard fills. */
  Path folder() {
    return folder(store, stage, shard);
  }

  static Path folder(StoreLayout store, Stage stage, @Nullable Integer shard) {
    return shard == null ? store.stage(stage) : store.shard(stage, shard);
  }

  /** The stage's own random stream; the same in all shards. */
  RandomStream random() {
    return RandomStream.of(spec.seed(), stage.ordinal());
  }

  /**
   * Ends the stage if it was asked to stop.
   *
   * @throws StageException with exit code 75
   */
  void stopIfRequested() {
    if (stop.requested()) {
      throw StageException.stopped();
    }
  }
}
