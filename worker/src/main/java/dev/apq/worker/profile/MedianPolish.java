package dev.apq.worker.profile;

import dev.apq.core.cost.LayerShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells how slow the machine was while each network ran from how long each layer takes: a recorded
 * time is taken to be a layer's time multiplied by the network's slowdown, and both are found by
 * medians in turn (Tukey's median polish of the logarithms). What else runs on a node slows it for
 * seconds at a time, by a fifth and more, which would otherwise look like a slow layer.
 *
 * @param slowdowns of each network, with median 1
 * @param layers recorded microseconds of each layer at slowdown 1, over the networks that have it
 */
record MedianPolish(List<Double> slowdowns, Map<LayerShape, Statistics> layers) {
  private static final int SWEEPS = 10;

  static MedianPolish of(List<Measurements.Network> networks) {
    double[] slowdowns = new double[networks.size()];
    Arrays.fill(slowdowns, 1);
    Map<LayerShape, Statistics> layers = layers(networks, slowdowns);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int i = 0; i < slowdowns.length; i++) {
        slowdowns[i] = slowdown(networks.get(i), layers);
      }
      double middle = median(Arrays.stream(slowdowns).boxed().toList());
      for (int i = 0; i < slowdowns.length; i++) {
        slowdowns[i] /= middle;
      }
      layers = layers(networks, slowdowns);
    }
    return new MedianPolish(Arrays.stream(slowdowns).boxed().toList(), layers);
  }

  private static double slowdown(Measurements.Network network, Map<LayerShape, Statistics> layers) {
    List<Double> ratios = new ArrayList<>();
    for (Measurements.Layer layer : network.layers()) {
      Statistics typical = layers.get(layer.shape());
      if (typical != null && typical.median() > 0 && layer.micros() > 0) {
        ratios.add(layer.micros() / typical.median());
      }
    }
    return ratios.isEmpty() ? 1 : median(ratios);
  }

  private static Map<LayerShape, Statistics> layers(
      List<Measurements.Network> networks, double[] slowdowns) {
    Map<LayerShape, List<Double>> micros = new LinkedHashMap<>();
    for (int i = 0; i < slowdowns.length; i++) {
      for (Measurements.Layer layer : networks.get(i).layers()) {
        micros
            .computeIfAbsent(layer.shape(), shape -> new ArrayList<>())
            .add(layer.micros() / slowdowns[i]);
      }
    }
    Map<LayerShape, Statistics> statistics = new LinkedHashMap<>();
    micros.forEach((shape, values) -> statistics.put(shape, Statistics.of(values)));
    return statistics;
  }

  private static double median(List<Double> values) {
    return Statistics.of(values).median();
  }
}
