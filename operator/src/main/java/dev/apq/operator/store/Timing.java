package dev.apq.operator.store;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long something took; kept apart from results, which hold no times.
 *
 * @param wallSeconds seconds of work, summed over workers
 */
public record Timing(@JsonProperty(required = true) double wallSeconds) {
  /** Name of the file. */
  public static final String FILE_NAME = "timing.json";

  private static final int MAX_BYTES = 4096;

  /** The timing in a folder; zero if there is none or it cannot be read. */
  public static Timing read(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    try {
      if (Files.isSymbolicLink(file) || !Files.exists(file)) {
        return new Timing(0);
      }
      Timing timing = Json.read(file, Timing.class, MAX_BYTES);
      return timing.wallSeconds >= 0 && Double.isFinite(timing.wallSeconds)
          ? timing
          : new Timing(0);
    } catch (IOException e) {
      return new Timing(0);
    }
  }
}
