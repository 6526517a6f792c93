package dev.apq.worker.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processor of this node. */
final class Processor {
  private static final Path INFO = Path.of("/proc/cpuinfo");
  private static final String MODEL = "model name";

  private Processor() {}

  /** Its name as Linux has it, else its architecture. */
  static String name() {
    try (var lines = Files.lines(INFO)) {
      return lines
          .filter(line -> line.startsWith(MODEL))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch", "unknown"));
    } catch (IOException e) {
      return System.getProperty("os.arch", "unknown");
    }
  }
}
