package dev.apq.worker.estimate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory this process has held, as Linux counts it. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");
  private static final String PEAK = "VmHWM:";
  private static final long KIBIBYTE = 1024;

  private PeakMemory() {}

  /** Forgets the peak so far; where that is not allowed, it stays. */
  static void reset() {
    try {
      Files.writeString(RESET, "5");
    } catch (IOException e) {
      // The peak then is that of all work so far: an estimate that is too high rather than too low.
    }
  }

  /** Bytes resident at most since {@link #reset()}. */
  static long bytes() {
    try {
      String line =
          Files.readAllLines(STATUS).stream()
              .filter(candidate -> candidate.startsWith(PEAK))
              .findFirst()
              .orElseThrow(() -> new IOException(STATUS + " has no " + PEAK));
      return Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE;
    } catch (IOException e) {
      throw new IllegalStateException("memory can be measured on Linux only", e);
    }
  }
}
