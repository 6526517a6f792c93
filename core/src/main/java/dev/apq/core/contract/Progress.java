package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoredFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a running stage or shard is: the content of {@code progress.json}, replaced atomically.
 *
 * @param stage the stage's folder name
 * @param fraction 0..1
 * @param epoch epochs done
 * @param epochs epochs in all
 * @param loss latest training loss
 * @param accuracy latest accuracy, 0..1
 * @param samplesDone subnets measured
 * @param samplesTotal subnets to measure
 * @param samplesPerSecond subnets measured per second since the worker started
 * @param imagesPerSecond images passed through them per second
 * @param etaSeconds estimated seconds to the end
 * @param message one line for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Progress(
    String stage,
    double fraction,
    @Nullable Integer epoch,
    @Nullable Integer epochs,
    @Nullable Double loss,
    @Nullable Double accuracy,
    @Nullable Integer samplesDone,
    @Nullable Integer samplesTotal,
    @Nullable Double samplesPerSecond,
    @Nullable Double imagesPerSecond,
    @Nullable Long etaSeconds,
    String message) {

  /** Name of the file. */
  public static final String FILE_NAME = "progress.json";

  /** A progress file is refused when larger, in bytes. */
  public static final int MAX_BYTES = 1 << 14;

  /**
   * @throws IllegalArgumentException if a part is missing or the fraction is outside 0..1
   */
  public Progress {
    if (stage == null || message == null) {
      throw new IllegalArgumentException("progress needs stage and message");
    }
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction must be within 0..1, was " + fraction);
    }
  }

  /** Replaces the progress of a folder. */
  public void write(Path folder) throws IOException {
    AtomicFiles.write(folder.resolve(FILE_NAME), Json.bytes(this));
  }

  /**
   * The progress of a folder, or empty if there is none yet.
   *
   * @throws InvalidArtifactException if it is malformed
   */
  public static Optional<Progress> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    return StoredFiles.exists(file)
        ? Optional.of(Json.read(file, Progress.class, MAX_BYTES))
        : Optional.empty();
  }
}
