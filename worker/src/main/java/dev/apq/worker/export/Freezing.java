package dev.apq.worker.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.apq.core.cost.LayerShape;
import dev.apq.core.policy.Architecture;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.quantization.FakeQuantization;
import dev.apq.worker.quantization.Grid;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Layer;
import dev.apq.worker.supernet.NetworkLayout;
import dev.apq.worker.supernet.Normalizer;
import dev.apq.worker.supernet.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Copies a network layer by layer during one forward pass, so that what is copied is what runs:
 * slices of shared weights and transformed kernels included.
 */
final class Freezing {
  private final ElasticNetwork network;
  private final FakeQuantization quantizers;
  private final Normalizer.Recording statistics;

  Freezing(ElasticNetwork network, FakeQuantization quantizers, Normalizer.Recording statistics) {
    this.network = network;
    this.quantizers = quantizers;
    this.statistics = statistics;
  }

  /** What a forward pass showed of a layer. */
  private record Seen(Layer layer, WeightLevels weights) {}

  FrozenNetwork freeze(Architecture architecture) {
    SearchSpace space = network.space();
    List<Seen> seen = observe(architecture);
    List<NetworkPlan.Place> places = NetworkPlan.of(space, architecture);
    List<FrozenLayer> layers = new ArrayList<>();
    for (int i = 0; i < seen.size(); i++) {
      layers.add(layer(seen.get(i), places.get(i)));
    }
    return withWholeBiases(
        new FrozenNetwork(space.inputChannels(), space.resolution(), space.classes(), layers));
  }

  private FrozenNetwork withWholeBiases(FrozenNetwork exact) {
    FrozenNetwork rounded = WholeBias.rounded(exact);
    for (FrozenLayer layer : rounded.layers()) {
      if (!exact.layers().contains(layer)
          && layer.affine() instanceof FrozenLayer.BatchNormalization normalization) {
        statistics.replaceMean(layer.name(), normalization.mean());
      }
    }
    return rounded;
  }

  private FrozenLayer layer(Seen seen, NetworkPlan.Place place) {
    Layer layer = seen.layer();
    if (!layer.equals(place.layer())) {
      throw new IllegalStateException(layer + " ran where " + place.layer() + " should");
    }
    InputGrid input =
        layer.role() == Layer.Role.STEM ? null : InputGrid.of(quantizers.inputGrid(layer));
    LayerShape shape =
        place.shape(seen.weights().bits(), input == null ? SearchSpace.FIXED_BITS : input.bits());
    return new FrozenLayer(
        layer.name(),
        shape,
        place.classifier(),
        input,
        seen.weights(),
        place.classifier() ? bias(layer) : batchNormalization(layer, shape.outChannels()),
        place.relu6(),
        place.shortcut());
  }

  private FrozenLayer.Affine bias(Layer layer) {
    return new FrozenLayer.Bias(
        network.parameters().get(NetworkLayout.bias(layer.name())).toFloatArray());
  }

  private FrozenLayer.Affine batchNormalization(Layer layer, int channels) {
    Normalizer.ChannelStatistics recorded = statistics.of(layer.name());
    return new FrozenLayer.BatchNormalization(
        leading(NetworkLayout.gamma(layer.name()), channels),
        leading(NetworkLayout.beta(layer.name()), channels),
        recorded.mean(),
        recorded.variance(),
        Normalizer.EPSILON);
  }

  private float[] leading(String parameter, int channels) {
    float[] all = network.parameters().get(parameter).toFloatArray();
    return Arrays.copyOf(all, channels);
  }

  /** Runs a blank image through the network and keeps each layer's weights. */
  private List<Seen> observe(Architecture architecture) {
    List<Seen> seen = new ArrayList<>();
    Precision frozen = quantizers.frozen();
    Precision watching =
        new Precision() {
          @Override
          public NDArray weight(Layer layer, NDArray weight) {
            seen.add(seen(layer, weight));
            return frozen.weight(layer, weight);
          }

          @Override
          public NDArray input(Layer layer, NDArray input) {
            return frozen.input(layer, input);
          }
        };
    SearchSpace space = network.space();
    try (NDManager scope = network.parameters().scope()) {
      Shape image = new Shape(1, space.inputChannels(), space.resolution(), space.resolution());
      network.logits(architecture, scope.zeros(image), watching, statistics.frozen());
    }
    return seen;
  }

  private Seen seen(Layer layer, NDArray weight) {
    Grid grid = quantizers.weightGrid(layer);
    float[] rounded = grid.levels(weight).toFloatArray();
    byte[] levels = new byte[rounded.length];
    for (int i = 0; i < rounded.length; i++) {
      levels[i] = (byte) rounded[i];
    }
    return new Seen(
        layer, new WeightLevels(weight.toFloatArray(), levels, grid.scales(), grid.bits()));
  }
}
