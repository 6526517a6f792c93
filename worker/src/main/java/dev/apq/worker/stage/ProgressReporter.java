package dev.apq.worker.stage;

import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a stage is: {@code progress.json} about once a second, or every five seconds in an
 * object store, and a bar on a terminal or a line every ten seconds in a log.
 */
final class ProgressReporter {
  private static final long FILE_NANOS = 1_000_000_000L;
  private static final long OBJECT_NANOS = 5_000_000_000L;
  private static final long LOG_NANOS = 10_000_000_000L;
  private static final int BAR = 30;

  private final Path folder;
  private final String stage;
  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final long start;
  private final long fileNanos;
  private Throughput.@Nullable Start samplesStart;
  private @Nullable Throughput throughput;
  private double startFraction = -1;
  private long lastFile = Long.MIN_VALUE;
  private long lastLine = Long.MIN_VALUE;

  ProgressReporter(
      Path folder, String stage, PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.folder = folder;
    this.stage = stage;
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.fileNanos = StoredFiles.remote(folder) ? OBJECT_NANOS : FILE_NANOS;
  }

  /** A line for people, before the work begins. */
  void note(String line) {
    out.println(line);
  }

  /** Training progress. */
  void training(
      double fraction, int epoch, int epochs, double loss, double accuracy, String message) {
    report(fraction, epoch, epochs, loss, accuracy, null, null, message);
  }

  /**
   * A collection begins or goes on; its throughput counts from here.
   *
   * @param done subnets measured before
   * @param imagesPerSample images that each subnet takes
   */
  void startSamples(int done, long imagesPerSample) {
    samplesStart = new Throughput.Start(nanoTime.getAsLong(), done, imagesPerSample);
  }

  /** Progress of a collection that was started. */
  void samples(int done, int total, @Nullable Double accuracy, String message) {
    double fraction = total == 0 ? 1 : (double) done / total;
    throughput = Objects.requireNonNull(samplesStart).until(nanoTime.getAsLong(), done);
    report(fraction, null, null, null, accuracy, done, total, message);
  }

  /** How fast subnets were measured so far; null if none were. */
  @Nullable Throughput throughput() {
    return throughput;
  }

  /** Progress without figures. */
  void step(double fraction, String message) {
    report(fraction, null, null, null, null, null, null, message);
  }

  private void report(
      double fraction,
      @Nullable Integer epoch,
      @Nullable Integer epochs,
      @Nullable Double loss,
      @Nullable Double accuracy,
      @Nullable Integer done,
      @Nullable Integer total,
      String message) {
    long now = nanoTime.getAsLong();
    if (startFraction < 0) {
      startFraction = fraction;
    }
    boolean last = fraction >= 1;
    boolean fileDue = lastFile == Long.MIN_VALUE || now - lastFile >= fileNanos;
    boolean lineDue =
        lastLine == Long.MIN_VALUE || now - lastLine >= (terminal ? FILE_NANOS : LOG_NANOS);
    if (!last && !fileDue && !lineDue) {
      return;
    }
    Long eta = eta(fraction, now);
    Progress progress =
        new Progress(
            stage,
            fraction,
            epoch,
            epochs,
            loss,
            accuracy,
            done,
            total,
            throughput == null ? null : throughput.samplesPerSecond(),
            throughput == null ? null : throughput.imagesPerSecond(),
            eta,
            message);
    if (last || fileDue) {
      lastFile = now;
      write(progress);
    }
    if (last || lineDue) {
      lastLine = now;
      show(progress);
    }
  }

  private @Nullable Long eta(double fraction, long now) {
    double made = fraction - startFraction;
    return made <= 0 ? null : (long) Math.ceil((now - start) / 1e9 * (1 - fraction) / made);
  }

  private void write(Progress progress) {
    try {
      progress.write(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void show(Progress progress) {
    String percent = String.format(Locale.ROOT, "%3.0f%%", 100 * progress.fraction());
    Long eta = progress.etaSeconds();
    String left = eta == null ? "" : ", " + eta + " s left";
    if (terminal) {
      int filled = (int) (BAR * progress.fraction());
      String bar = "#".repeat(filled) + "-".repeat(BAR - filled);
      String end = progress.fraction() >= 1 ? "\n" : "";
      out.print(
          "\r\u001B[K"
              + stage
              + " ["
              + bar
              + "] "
              + percent
              + left
              + "  "
              + progress.message()
              + end);
    } else {
      out.println(stage + " " + percent + left + ": " + progress.message());
    }
    out.flush();
  }
}
