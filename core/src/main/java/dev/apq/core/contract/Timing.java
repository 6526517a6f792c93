package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How long something took: the content of {@code timing.json}, kept apart from results and their
 * manifests, which hold no times.
 *
 * @param wallSeconds seconds of work, summed over workers
 * @param samplesPerSecond subnets a worker measured per second, in a collection
 * @param imagesPerSecond images it passed through them per second: to calibrate, to measure and to
 *     fine-tune
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Timing(
    @JsonProperty(required = true) double wallSeconds,
    @Nullable Double samplesPerSecond,
    @Nullable Double imagesPerSecond) {
  /** Name of the file. */
  public static final String FILE_NAME = "timing.json";

  private static final int MAX_BYTES = 4096;

  /** The timing of work that measures no subnets. */
  public static Timing ofSeconds(double wallSeconds) {
    return new Timing(wallSeconds, null, null);
  }

  /** The timing in a folder; zero if there is none or it cannot be read. */
  public static Timing read(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    try {
      if (Files.isSymbolicLink(file) || !Files.exists(file)) {
        return ofSeconds(0);
      }
      Timing timing = Json.read(file, Timing.class, MAX_BYTES);
      return timing.wallSeconds >= 0 && Double.isFinite(timing.wallSeconds) ? timing : ofSeconds(0);
    } catch (IOException e) {
      return ofSeconds(0);
    }
  }

  /** Replaces the timing of a folder. */
  public void write(Path folder) throws IOException {
    AtomicFiles.write(folder.resolve(FILE_NAME), Json.bytes(this));
  }
}
