package dev.apq.worker.stage;

import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Sample;
import dev.apq.core.contract.SampleFile;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the samples of a shard as they are measured. On a volume each one is appended. An object
 * store cannot append: there all are written again, at intervals and at the end.
 */
final class SampleLog implements Closeable {
  private final Path file;
  private final List<Sample> samples;
  private final long interval;
  private final LongSupplier nanoTime;
  private final @Nullable OutputStream appended;
  private long written;
  private int kept;

  /**
   * @param file holds {@code samples}
   * @param samples measured before
   * @param interval least time between two writes to an object store
   * @param nanoTime the clock
   */
  SampleLog(Path file, List<Sample> samples, Duration interval, LongSupplier nanoTime)
      throws IOException {
    this.file = file;
    this.samples = new ArrayList<>(samples);
    this.interval = interval.toNanos();
    this.nanoTime = nanoTime;
    this.appended =
        StoredFiles.remote(file)
            ? null
            : Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    this.written = nanoTime.getAsLong();
    this.kept = samples.size();
  }

  void add(Sample sample) throws IOException {
    samples.add(sample);
    if (appended != null) {
      appended.write(SampleFile.line(sample));
      appended.flush();
    } else if (nanoTime.getAsLong() - written >= interval) {
      write();
    }
  }

  private void write() throws IOException {
    SampleFile.write(file, samples);
    written = nanoTime.getAsLong();
    kept = samples.size();
  }

  @Override
  public void close() throws IOException {
    if (appended != null) {
      appended.close();
    } else if (kept < samples.size()) {
      write();
    }
  }
}
