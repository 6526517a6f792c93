package dev.apq.benchmarks.supernet;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.apq.core.artifact.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A child that works only when asked, so that two of them can take turns. */
final class Lockstep implements AutoCloseable {
  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  /**
   * How long a piece of work took.
   *
   * @param wallSeconds by the clock
   * @param cpuSeconds of all threads of the child
   * @param result loss of the last step, or accuracy
   */
  record Answer(double wallSeconds, double cpuSeconds, double result) {}

  /**
   * @param threads of the native library, the same for every child
   */
  Lockstep(List<String> command, int threads) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    for (String variable : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS")) {
      builder.environment().put(variable, Integer.toString(threads));
    }
    this.process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    this.questions =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  Answer run(Work work, int times) throws IOException {
    return ask("run " + work.word() + " " + times, new TypeReference<>() {});
  }

  <T> T ask(String question, TypeReference<T> type) throws IOException {
    questions.write(question);
    questions.newLine();
    questions.flush();
    String answer = answers.readLine();
    if (answer == null) {
      String program = process.info().command().orElse("the child");
      throw new IOException(program + " ended without an answer to '" + question + "'");
    }
    return Json.mapper().readValue(answer, type);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
