package dev.apq.worker.data;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells how far a copy is, now and then; many threads may report to it. */
final class CopyLog {
  private static final long INTERVAL = 10_000_000_000L;
  private static final double MEBIBYTE = 1 << 20;

  private final int files;
  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private final long start;
  private long told;
  private int done;
  private long bytes;

  /**
   * Tells that the copy begins.
   *
   * @param files how many there are
   * @param log takes a line
   * @param nanoTime the clock
   */
  CopyLog(int files, Consumer<String> log, LongSupplier nanoTime) {
    this.files = files;
    this.log = log;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.told = start;
    log.accept("data set: copying " + files + " files");
  }

  /**
   * A file was copied. Tells so ten seconds after it told last, and at the end.
   *
   * @param size of the file, in bytes
   */
  synchronized void copied(long size) {
    done++;
    bytes += size;
    long now = nanoTime.getAsLong();
    if (done < files && now - told < INTERVAL) {
      return;
    }
    told = now;
    log.accept(
        String.format(
            Locale.ROOT,
            "data set: %d of %d files copied, %.1f MiB in %d s",
            done,
            files,
            bytes / MEBIBYTE,
            (now - start) / 1_000_000_000L));
  }
}
