package dev.apq.operator.training;

import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads how far workers say they are; a report that cannot be read is no report. */
@Singleton
public class ProgressReader {
  private static final int MAX_SHARDS_READ = 256;
  // Each shard is two requests, at every visit.
  private static final int MAX_OBJECTS_READ = 16;

  /** The progress of a stage; of a sharded one, that of its shards together. */
  public @Nullable Progress read(StoreLayout layout, Stage stage, int shards) {
    if (!stage.sharded()) {
      return read(layout.stage(stage)).orElse(null);
    }
    // With very many shards the Job's own count of finished ones is precise enough.
    int most = StoredFiles.remote(layout.root()) ? MAX_OBJECTS_READ : MAX_SHARDS_READ;
    return shards > most ? null : together(layout, stage, shards);
  }

  private static Progress together(StoreLayout layout, Stage stage, int shards) {
    double fraction = 0;
    int done = 0;
    int total = 0;
    int finished = 0;
    long eta = 0;
    double samplesPerSecond = 0;
    double imagesPerSecond = 0;
    for (int shard = 0; shard < shards; shard++) {
      Path folder = layout.shard(stage, shard);
      Optional<Progress> progress = read(folder);
      boolean sealed = Files.exists(folder.resolve(Manifest.FILE_NAME));
      finished += sealed ? 1 : 0;
      fraction += sealed ? 1 : progress.map(Progress::fraction).orElse(0.0);
      done += progress.map(Progress::samplesDone).orElse(0);
      total += progress.map(Progress::samplesTotal).orElse(0);
      if (!sealed) {
        samplesPerSecond += progress.map(Progress::samplesPerSecond).orElse(0.0);
        imagesPerSecond += progress.map(Progress::imagesPerSecond).orElse(0.0);
      }
      eta = Math.max(eta, sealed ? 0 : progress.map(Progress::etaSeconds).orElse(0L));
    }
    return new Progress(
        stage.folder(),
        Math.min(1, fraction / shards),
        null,
        null,
        null,
        null,
        done,
        total,
        samplesPerSecond,
        imagesPerSecond,
        eta == 0 ? null : eta,
        done + " subnets measured, " + finished + " of " + shards + " shards finished");
  }

  private static Optional<Progress> read(Path folder) {
    try {
      return Files.isSymbolicLink(folder.resolve(Progress.FILE_NAME))
          ? Optional.empty()
          : Progress.read(folder);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
