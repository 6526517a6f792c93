package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopyLogTest {
  private final AtomicLong seconds = new AtomicLong(1000);
  private final List<String> lines = new ArrayList<>();

  private CopyLog log(int files) {
    return new CopyLog(files, lines::add, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
  }

  @Test
  void tellsTheBeginningEveryTenSecondsAndTheEnd() {
    CopyLog log = log(40);
    for (int file = 0; file < 40; file++) {
      seconds.incrementAndGet();
      log.copied(1 << 19);
    }
    assertThat(lines)
        .containsExactly(
            "data set: copying 40 files",
            "data set: 10 of 40 files copied, 5.0 MiB in 10 s",
            "data set: 20 of 40 files copied, 10.0 MiB in 20 s",
            "data set: 30 of 40 files copied, 15.0 MiB in 30 s",
            "data set: 40 of 40 files copied, 20.0 MiB in 40 s");
  }

  @Test
  void aLongPauseIsOneLine() {
    CopyLog log = log(3);
    seconds.addAndGet(3600);
    log.copied(1);
    log.copied(1);
    log.copied(1);
    assertThat(lines)
        .containsExactly(
            "data set: copying 3 files",
            "data set: 1 of 3 files copied, 0.0 MiB in 3600 s",
            "data set: 3 of 3 files copied, 0.0 MiB in 3600 s");
  }

  @Test
  void threadsLoseNothing() {
    CopyLog log = log(10_000);
    IntStream.range(0, 10_000).parallel().forEach(file -> log.copied(1 << 20));
    assertThat(lines)
        .containsExactly(
            "data set: copying 10000 files",
            "data set: 10000 of 10000 files copied, 10000.0 MiB in 0 s");
  }
}
