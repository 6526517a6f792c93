package dev.apq.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs programs one after the other and collects what they print. */
final class Child {
  /** One thread in every numeric library that Python loads. */
  private static final Map<String, String> ONE_THREAD =
      Map.of("OMP_NUM_THREADS", "1", "OPENBLAS_NUM_THREADS", "1", "MKL_NUM_THREADS", "1");

  private Child() {}

  /**
   * How a program ended.
   *
   * @param exitCode 0 for success, 127 if the program does not exist
   * @param output standard output
   * @param errors standard error
   */
  record Result(String program, int exitCode, String output, String errors) {
    boolean ok() {
      return exitCode == 0;
    }

    /** The output of a program that succeeded. */
    String orThrow() throws IOException {
      if (!ok()) {
        throw new IOException(program + " exited with " + exitCode + ": " + lastLine());
      }
      return output;
    }

    /** The last thing said, for messages. */
    String lastLine() {
      String[] lines = (errors.isBlank() ? output : errors).strip().split("\n", -1);
      return lines[lines.length - 1];
    }
  }

  static Result run(List<String> command, Path folder) throws IOException {
    Path errors = Files.createTempFile("apq-benchmarks", ".err");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().putAll(ONE_THREAD);
      builder.redirectError(errors.toFile());
      Process process;
      try {
        process = builder.start();
      } catch (IOException e) {
        return new Result(command.get(0), 127, "", command.get(0) + " is not installed");
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exitCode = waitFor(process);
      return new Result(command.get(0), exitCode, output, Files.readString(errors));
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /** A command with more arguments. */
  static List<String> with(List<String> command, String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    return all;
  }

  private static int waitFor(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
