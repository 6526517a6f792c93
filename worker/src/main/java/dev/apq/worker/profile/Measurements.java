package dev.apq.worker.profile;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.cost.LayerShape;
import dev.apq.worker.export.FrozenLayer;
import dev.apq.worker.export.FrozenNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was measured so far; saved, so that a profile that was stopped continues. */
final class Measurements {
  private static final int MAX_BYTES = 1 << 28;

  private final String identity;
  private int networks;
  private final Map<LayerShape, List<Sample>> samples = new HashMap<>();
  private final List<Overhead.Point> points = new ArrayList<>();

  private Measurements(String identity) {
    this.identity = identity;
  }

  /**
   * A layer's time within one network.
   *
   * @param micros of its kernels
   * @param kernels how many it has
   */
  record Sample(double micros, double kernels) {}

  private record Row(LayerShape shape, List<Sample> samples) {}

  private record Saved(
      String identity, int networks, List<Row> rows, List<Overhead.Point> points) {}

  /**
   * What an earlier run saved, or nothing.
   *
   * @param identity of space, processor, threads and runtime; what another one saved is ignored
   */
  static Measurements load(Path file, String identity) throws IOException {
    Measurements measurements = new Measurements(identity);
    if (Files.exists(file)) {
      try {
        Saved saved = Json.read(file, Saved.class, MAX_BYTES);
        if (saved.identity().equals(identity)) {
          measurements.networks = saved.networks();
          saved.rows().forEach(row -> measurements.samples.put(row.shape(), row.samples()));
          measurements.points.addAll(saved.points());
        }
      } catch (InvalidArtifactException e) {
        return new Measurements(identity);
      }
    }
    return measurements;
  }

  void save(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    samples.forEach((shape, list) -> rows.add(new Row(shape, list)));
    AtomicFiles.write(file, Json.bytes(new Saved(identity, networks, rows, points)));
  }

  /** Networks measured so far. */
  int networks() {
    return networks;
  }

  void add(FrozenNetwork network, NetworkTimer.Times times) {
    for (FrozenLayer layer : network.layers()) {
      KernelLog.LayerTimes measured = times.layers().get(layer.name());
      if (measured != null) {
        samples
            .computeIfAbsent(Precisions.measured(layer.shape()), shape -> new ArrayList<>())
            .add(new Sample(Statistics.of(measured.micros()).midmean(), measured.kernels()));
      }
    }
    points.add(new Overhead.Point(times.kernels(), times.beyondKernels()));
    networks++;
  }

  /** Whether a layer was measured. */
  boolean has(LayerShape shape) {
    return samples.containsKey(shape);
  }

  /**
   * Microseconds of a measured layer in each network that has it, its kernels' overhead included.
   */
  Statistics micros(LayerShape shape, Overhead overhead) {
    List<Sample> list = samples.getOrDefault(shape, List.of());
    if (list.isEmpty()) {
      throw new IllegalStateException(shape + " was not measured");
    }
    return Statistics.of(
        list.stream()
            .map(sample -> overhead.corrected(sample.micros(), sample.kernels()))
            .toList());
  }

  Overhead overhead() {
    return Overhead.fit(points);
  }
}
