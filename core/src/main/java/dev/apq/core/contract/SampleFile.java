package dev.apq.core.contract;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Samples as JSON Lines: one compact JSON object and a newline each. */
public final class SampleFile {
  /** A line is refused when longer, in bytes. */
  public static final int MAX_LINE = 1 << 16;

  private SampleFile() {}

  /** Writes samples in the given order; equal samples give equal bytes. Replaces atomically. */
  public static void write(Path file, List<Sample> samples) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          for (Sample sample : samples) {
            out.write(line(sample));
          }
        });
  }

  /** One sample as a line, newline included, for appending. */
  public static byte[] line(Sample sample) {
    byte[] json = Json.bytes(sample);
    byte[] line = new byte[json.length + 1];
    System.arraycopy(json, 0, line, 0, json.length);
    line[json.length] = '\n';
    return line;
  }

  /**
   * Reads all samples.
   *
   * @param maxSamples more are refused
   * @throws InvalidArtifactException naming the line that is malformed, too long or incomplete
   */
  public static List<Sample> read(Path file, int maxSamples) throws IOException {
    return read(file, maxSamples, false);
  }

  /**
   * Reads the samples of a file that may have been cut off while it was appended to: an incomplete
   * last line is left out.
   *
   * @param maxSamples more are refused
   * @throws InvalidArtifactException naming the line that is malformed or too long
   */
  public static List<Sample> readAppended(Path file, int maxSamples) throws IOException {
    return read(file, maxSamples, true);
  }

  private static List<Sample> read(Path file, int maxSamples, boolean allowPartial)
      throws IOException {
    List<Sample> samples = new ArrayList<>();
    byte[] line = new byte[MAX_LINE];
    int length = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          if (samples.size() == maxSamples) {
            throw new InvalidArtifactException(file + " has more than " + maxSamples + " samples");
          }
          samples.add(parse(file, samples.size() + 1, line, length));
          length = 0;
        } else if (length == MAX_LINE) {
          throw new InvalidArtifactException(
              file + " line " + (samples.size() + 1) + " is longer than " + MAX_LINE + " bytes");
        } else {
          line[length++] = (byte) b;
        }
      }
    }
    if (length > 0 && !allowPartial) {
      throw new InvalidArtifactException(file + " ends within line " + (samples.size() + 1));
    }
    return samples;
  }

  private static Sample parse(Path file, int number, byte[] line, int length)
      throws InvalidArtifactException {
    try {

      return Json.read(Arrays.copyOf(line, length), Sample.class);
    } catch (InvalidArtifactException e) {
      throw new InvalidArtifactException(file + " line " + number + ": " + e.getMessage(), e);
    }
  }
}
