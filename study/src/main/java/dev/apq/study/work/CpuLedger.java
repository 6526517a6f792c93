package dev.apq.study.work;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * CPU seconds of long stages, added up over every attempt that ended by itself or by a request to
 * stop; what a killed process had spent is lost.
 */
public final class CpuLedger {
  private final Path file;

  /**
   * @param file made when first written
   */
  public CpuLedger(Path file) {
    this.file = file;
  }

  /** Runs something and adds what it took to an entry, also if it fails. */
  public <T> T measure(String entry, Supplier<T> work) {
    double start = CpuClock.seconds();
    try {
      return work.get();
    } finally {
      add(entry, CpuClock.seconds() - start);
    }
  }

  private void add(String entry, double seconds) {
    SortedMap<String, Double> all = new TreeMap<>(seconds());
    all.merge(entry, seconds, Double::sum);
    try {
      AtomicFiles.write(file, Json.bytes(all));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** CPU seconds by entry. */
  public SortedMap<String, Double> seconds() {
    try {
      return Files.exists(file)
          ? Json.mapper()
              .readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, Double>>() {})
          : Collections.emptySortedMap();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
