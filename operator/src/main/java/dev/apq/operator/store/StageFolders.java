package dev.apq.operator.store;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.Timing;
import dev.apq.core.contract.WorkerSpec;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The few changes that the operator itself makes to stage folders. */
@Singleton
public class StageFolders {
  private final SealInspector inspector;
  private final FileDigests digests;

  /** With the judge of what may be sealed or set aside. */
  @Inject
  public StageFolders(SealInspector inspector, FileDigests digests) {
    this.inspector = inspector;
    this.digests = digests;
  }

  /** Whether corrupt artifacts of a stage were set aside before. */
  public boolean quarantined(StoreLayout layout, Stage stage) throws StoreUnavailableException {
    return StoredFiles.exists(quarantine(layout, stage));
  }

  /**
   * Writes the manifest of a sharded stage over its finished shards.
   *
   * @throws IOException if the store cannot be written
   */
  public void seal(StoreLayout layout, Stage stage, int shards, String inputDigest)
      throws IOException {
    SealInspector.Shards found = inspector.shards(layout, stage, shards, inputDigest);
    Map<String, Manifest.FileEntry> files = new TreeMap<>();
    long samples = 0;
    double seconds = 0;
    for (int shard : found.good()) {
      Path file = layout.shard(stage, shard).resolve(Manifest.FILE_NAME);
      files.put(
          StoreLayout.shardName(shard) + "/" + Manifest.FILE_NAME, Manifest.FileEntry.of(file));
      samples +=
          Manifest.read(layout.shard(stage, shard))
              .map(manifest -> manifest.counts().getOrDefault("samples", 0L))
              .orElse(0L);
      seconds += Timing.read(layout.shard(stage, shard)).wallSeconds();
    }
    Timing.ofSeconds(seconds).write(layout.stage(stage));
    new Manifest(
            WorkerSpec.VERSION,
            stage.folder(),
            null,
            inputDigest,
            files,
            Map.of("shards", (long) files.size(), "samples", samples),
            Map.of())
        .write(layout.stage(stage));
  }

  /**
   * Sets a stage's corrupt artifacts aside; finished shards stay.
   *
   * @throws IOException if the store cannot be written
   */
  public void quarantine(StoreLayout layout, Stage stage, int shards, String inputDigest)
      throws IOException {
    Path folder = layout.stage(stage);
    Path target = quarantine(layout, stage);
    // The quarantine gets its name last: its existence says that it is complete. An object store
    // cannot rename at once, so there nothing has the name before all has left the stage.
    if (stage.sharded() || StoredFiles.remote(folder)) {
      Path pending = target.resolveSibling("." + target.getFileName() + ".tmp");
      Files.createDirectories(pending);
      if (!stage.sharded()) {
        Files.move(folder, pending);
      }
      moveIfPresent(folder.resolve(Manifest.FILE_NAME), pending.resolve(Manifest.FILE_NAME));
      for (int shard : inspector.shards(layout, stage, shards, inputDigest).corrupt()) {
        String name = StoreLayout.shardName(shard);
        moveIfPresent(folder.resolve(name), pending.resolve(name));
      }
      AtomicFiles.publish(pending, target);
    } else {
      AtomicFiles.publish(folder, target);
    }
    digests.forget(folder);
  }

  private static void moveIfPresent(Path source, Path target) throws IOException {
    if (StoredFiles.exists(source)) {
      Files.move(source, target);
    }
  }

  private static Path quarantine(StoreLayout layout, Stage stage) {
    return layout.root().resolve(stage.folder() + ".quarantine");
  }
}
