package dev.apq.study.work;

import com.fasterxml.jackson.databind.JsonNode;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.ExitCode;
import dev.apq.worker.stage.StopSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A folder of results that are computed once: each unit of work is a file, written atomically when
 * it is done and used again while its inputs are the same. So a study that was killed continues.
 */
public final class WorkFolder {
  private static final int MAX_BYTES = 1 << 26;

  private final Path root;
  private final StopSignal stop;
  private final Progress progress;
  private final SortedMap<String, Double> cpuSeconds = new TreeMap<>();

  /**
   * @param root made when missing
   * @param stop asked before each unit
   * @param progress told about each unit
   */
  public WorkFolder(Path root, StopSignal stop, Progress progress) {
    this.root = root;
    this.stop = stop;
    this.progress = progress;
  }

  /**
   * What a unit of work gave.
   *
   * @param value the result
   * @param cpuSeconds what it took when it was computed
   */
  public record Done<T>(T value, double cpuSeconds) {}

  private record Stored(String inputs, double cpuSeconds, JsonNode value) {}

  /** Begins a part of the study of that many units of about the same cost. */
  public void part(String name, int units) {
    progress.part(name, units);
  }

  /**
   * The result of a unit of work, computed only if it is not there.
   *
   * @param name part of the study, a slash, and a path without suffix
   * @param inputs everything the result depends on, as JSON
   * @param work computes the result
   * @throws StudyException with exit status 75 if the study was asked to stop
   */
  public <T> Done<T> unit(String name, Object inputs, Class<T> type, Supplier<T> work) {
    Path file = root.resolve(name + ".json");
    String digest = Digests.sha256(Json.bytes(inputs));
    try {
      if (Files.exists(file)) {
        Stored stored = read(file);
        if (stored.inputs().equals(digest)) {
          progress.unit(false);
          count(name, stored.cpuSeconds());
          return new Done<>(Json.mapper().treeToValue(stored.value(), type), stored.cpuSeconds());
        }
      }
      stopIfRequested();
      double start = CpuClock.seconds();
      T value = work.get();
      double seconds = CpuClock.seconds() - start;
      AtomicFiles.write(
          file, Json.bytes(new Stored(digest, seconds, Json.mapper().valueToTree(value))));
      progress.unit(true);
      count(name, seconds);
      return new Done<>(value, seconds);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** CPU seconds behind the units asked for, by first part of their names. */
  public SortedMap<String, Double> cpuSeconds() {
    return Collections.unmodifiableSortedMap(cpuSeconds);
  }

  private void count(String name, double seconds) {
    cpuSeconds.merge(name.substring(0, name.indexOf('/')), seconds, Double::sum);
  }

  private static Stored read(Path file) throws IOException {
    try {
      return Json.read(file, Stored.class, MAX_BYTES);
    } catch (InvalidArtifactException e) {
      throw new StudyException(
          ExitCode.INPUT_UNUSABLE.code(),
          e.getMessage() + "; delete the file so that the unit is computed again");
    }
  }

  private void stopIfRequested() {
    if (stop.requested()) {
      throw new StudyException(
          ExitCode.STOPPED.code(), "stopped; the same command continues where this one ended");
    }
  }
}
