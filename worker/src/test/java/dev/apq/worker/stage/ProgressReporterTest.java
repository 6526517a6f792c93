package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.apq.core.contract.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressReporterTest {
  @TempDir private Path folder;

  private final AtomicLong millis = new AtomicLong(5_000);
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void throughputIsThatOfThisRunAlone() throws IOException {
    ProgressReporter progress = reporter(false);
    progress.startSamples(40, 120);
    assertThat(progress.throughput()).isNull();
    millis.addAndGet(2_000);
    progress.samples(43, 50, 0.75, "43 of 50");
    Progress read = read();
    assertThat(read.samplesDone()).isEqualTo(43);
    assertThat(read.samplesTotal()).isEqualTo(50);
    assertThat(read.samplesPerSecond()).isCloseTo(1.5, within(1e-9));
    assertThat(read.imagesPerSecond()).isCloseTo(180, within(1e-9));
    assertThat(read.accuracy()).isEqualTo(0.75);
    assertThat(Objects.requireNonNull(progress.throughput()).samplesPerSecond())
        .isCloseTo(1.5, within(1e-9));
  }

  @Test
  void theFileIsReplacedOnceASecondTheLogGetsALineEveryTen() throws IOException {
    ProgressReporter progress = reporter(false);
    progress.step(0, "step 0");
    for (int step = 1; step <= 250; step++) {
      millis.addAndGet(100);
      progress.step(step / 1000.0, "step " + step);
      assertThat(read().message()).isEqualTo("step " + step / 10 * 10);
    }
    assertThat(log().lines())
        .containsExactly(
            "collect   0%: step 0",
            "collect  10%, 90 s left: step 100", "collect  20%, 80 s left: step 200");
    progress.step(1, "done");
    assertThat(read().message()).isEqualTo("done");
    assertThat(log().lines()).last().asString().startsWith("collect 100%").endsWith(": done");
  }

  @Test
  void aContinuedRunExpectsWhatItSawItself() throws IOException {
    ProgressReporter progress = reporter(false);
    progress.step(0.5, "continued");
    assertThat(read().etaSeconds()).isNull();
    millis.addAndGet(30_000);
    progress.step(0.6, "a tenth later");
    assertThat(read().etaSeconds()).isBetween(120L, 121L);
  }

  @Test
  void aTerminalHasABarInPlace() {
    ProgressReporter progress = reporter(true);
    progress.step(0.5, "half");
    assertThat(log()).isEqualTo("\r\u001B[Kcollect [" + bar(15) + "]  50%  half");
    progress.step(1, "whole");
    assertThat(log()).endsWith("[" + bar(30) + "] 100%, 0 s left  whole\n");
  }

  private static String bar(int filled) {
    return "#".repeat(filled) + "-".repeat(30 - filled);
  }

  private ProgressReporter reporter(boolean terminal) {
    return new ProgressReporter(
        folder,
        "collect",
        new PrintStream(printed, true, StandardCharsets.UTF_8),
        terminal,
        () -> TimeUnit.MILLISECONDS.toNanos(millis.get()));
  }

  private Progress read() throws IOException {
    return Progress.read(folder).orElseThrow();
  }

  private String log() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
