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
import java.util.Collections;
import java.util.List;

/** What was measured so far; saved, so that a profile that was stopped continues. */
final class Measurements {
  private static final int MAX_BYTES = 1 << 28;

  private final String identity;
  private final List<Network> networks = new ArrayList<>();

  private Measurements(String identity) {
    this.identity = identity;
  }

  /**
   * A layer within one network.
   *
   * @param shape in the precision in which it was measured
   * @param micros recorded microseconds of its kernels
   * @param kernels how many it has
   */
  record Layer(LayerShape shape, double micros, double kernels) {}

  /**
   * A network.
   *
   * @param micros microseconds of a run, measured without recording
   * @param layers in the order in which they run
   */
  record Network(double micros, List<Layer> layers) {
    double kernels() {
      return layers.stream().mapToDouble(Layer::kernels).sum();
    }

    double recorded() {
      return layers.stream().mapToDouble(Layer::micros).sum();
    }
  }

  private record Saved(String identity, List<Network> networks) {}

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
          measurements.networks.addAll(saved.networks());
        }
      } catch (InvalidArtifactException e) {
        return new Measurements(identity);
      }
    }
    return measurements;
  }

  void save(Path file) throws IOException {
    AtomicFiles.write(file, Json.bytes(new Saved(identity, networks)));
  }

  /** The networks measured so far. */
  List<Network> networks() {
    return Collections.unmodifiableList(networks);
  }

  void add(FrozenNetwork network, NetworkTimer.Times times) {
    List<Layer> layers = new ArrayList<>();
    for (FrozenLayer layer : network.layers()) {
      KernelLog.LayerTimes measured = times.layers().get(layer.name());
      LayerShape shape = Precisions.measured(layer.shape());
      layers.add(
          measured == null
              ? new Layer(shape, 0, 0)
              : new Layer(shape, Statistics.of(measured.micros()).midmean(), measured.kernels()));
    }
    networks.add(new Network(times.wall().midmean(), layers));
  }

  /** Whether a layer was measured. */
  boolean has(LayerShape shape) {
    return networks.stream()
        .anyMatch(network -> network.layers().stream().anyMatch(l -> l.shape().equals(shape)));
  }
}
