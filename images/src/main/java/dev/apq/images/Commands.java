package dev.apq.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Other programs, run to their end. */
final class Commands {
  private Commands() {}

  /**
   * Runs {@code command} in {@code folder}.
   *
   * @return its output
   * @throws IOException with the end of its output if it fails or does not exist
   */
  static String run(Path folder, List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      String end = output.substring(Math.max(0, output.length() - 2000));
      throw new IOException(
          String.join(" ", command) + " ended with status " + status + ":\n" + end);
    }
    return output;
  }
}
