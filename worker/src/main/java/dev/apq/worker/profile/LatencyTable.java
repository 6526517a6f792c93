package dev.apq.worker.profile;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.cost.CostModel;
import dev.apq.core.cost.LayerSet;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.cost.MeasuredTable;
import dev.apq.core.space.SearchSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A measured table of a space. The first layer carries what every run costs, so that the sum over a
 * network's layers is the latency of the network.
 */
final class LatencyTable {
  private static final double MICROS_PER_MILLI = 1e3;

  private final SearchSpace space;
  private final Map<LayerShape, Double> latencyMs = new LinkedHashMap<>();
  private final List<Double> relativeSpread = new ArrayList<>();
  private final Overhead overhead;
  private final byte[] json;

  LatencyTable(SearchSpace space, String name, Measurements measurements) {
    this.space = space;
    List<Measurements.Network> networks = measurements.networks();
    MedianPolish polish = MedianPolish.of(networks);
    this.overhead = overhead(networks, polish.slowdowns());
    Map<LayerShape, Double> kernels = kernels(networks);
    boolean first = true;
    for (LayerShape shape : required(space)) {
      LayerShape measured = Precisions.measured(shape);
      Statistics micros = Objects.requireNonNull(polish.layers().get(measured));
      double own = overhead.corrected(micros.median(), kernels.getOrDefault(measured, 0.0));
      double perRun = first ? overhead.perRun() : 0;
      latencyMs.put(shape, Math.max(0, own + perRun) / MICROS_PER_MILLI);
      if (micros.count() > 1 && micros.median() > 0) {
        relativeSpread.add(micros.iqr() / micros.median());
      }
      first = false;
    }
    this.json = MeasuredTable.json(name, latencyMs);
  }

  private static Overhead overhead(List<Measurements.Network> networks, List<Double> slowdowns) {
    List<Overhead.Point> points = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      Measurements.Network network = networks.get(i);
      double beyond = (network.micros() - network.recorded()) / slowdowns.get(i);
      points.add(new Overhead.Point(network.kernels(), beyond));
    }
    return Overhead.fit(points);
  }

  private static Map<LayerShape, Double> kernels(List<Measurements.Network> networks) {
    Map<LayerShape, List<Double>> counts = new HashMap<>();
    for (Measurements.Network network : networks) {
      for (Measurements.Layer layer : network.layers()) {
        counts.computeIfAbsent(layer.shape(), s -> new ArrayList<>()).add(layer.kernels());
      }
    }
    Map<LayerShape, Double> kernels = new HashMap<>();
    counts.forEach((shape, list) -> kernels.put(shape, Statistics.of(list).median()));
    return kernels;
  }

  /** What runs cost besides their kernels. */
  Overhead overhead() {
    return overhead;
  }

  /** Every layer of a space, the stem first. */
  static Set<LayerShape> required(SearchSpace space) {
    return MeasuredTable.required(space, LayerSet.COMPLETE);
  }

  /** Layers of a space that were not measured yet. */
  static long missing(SearchSpace space, Measurements measurements) {
    return required(space).stream()
        .map(Precisions::measured)
        .distinct()
        .filter(shape -> !measurements.has(shape))
        .count();
  }

  byte[] json() {
    return json;
  }

  int rows() {
    return latencyMs.size();
  }

  /** Interquartile range over median of the layers that several networks share; 0 if none is. */
  double medianRelativeSpread() {
    return relativeSpread.isEmpty() ? 0 : Statistics.of(relativeSpread).median();
  }

  /** Prices members of the space as a search will. */
  CostModel costs() {
    try {
      return new CostModel(space, MeasuredTable.parse(json), LayerSet.COMPLETE);
    } catch (InvalidArtifactException e) {
      throw new IllegalStateException("the table that was written cannot be read", e);
    }
  }
}
