package dev.apq.worker.export;

import dev.apq.core.cost.LayerShape;
import dev.apq.core.policy.Architecture;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.ElasticNetwork;
import dev.apq.worker.supernet.Layer;
import dev.apq.worker.supernet.NetworkLayout;
import java.util.ArrayList;
import java.util.List;

/** The layers of a subnet in the order in which they run, without weights and bit widths. */
final class NetworkPlan {
  private final List<Place> places = new ArrayList<>();
  private int channels;
  private int size;

  private NetworkPlan(SearchSpace space) {
    this.channels = space.inputChannels();
    this.size = space.resolution();
  }

  /**
   * A layer's place in a network.
   *
   * @param layer name, role and sign of the input
   * @param inChannels input channels
   * @param outChannels output channels
   * @param inSize input height and width in pixels
   * @param kernel kernel height and width in pixels
   * @param stride stride
   * @param depthwise whether each channel is convolved by itself
   * @param relu6 whether a ReLU6 follows
   * @param shortcut position of the layer whose output is added, or {@link FrozenLayer#NO_SHORTCUT}
   */
  record Place(
      Layer layer,
      int inChannels,
      int outChannels,
      int inSize,
      int kernel,
      int stride,
      boolean depthwise,
      boolean relu6,
      int shortcut) {

    LayerShape shape(int weightBits, int activationBits) {
      int groups = depthwise ? inChannels : 1;
      return new LayerShape(
          inChannels, outChannels, inSize, kernel, stride, groups, weightBits, activationBits);
    }

    boolean classifier() {
      return layer.name().equals(NetworkLayout.CLASSIFIER);
    }
  }

  static List<Place> of(SearchSpace space, Architecture architecture) {
    NetworkPlan plan = new NetworkPlan(space);
    Layer stem = new Layer(NetworkLayout.STEM, Layer.Role.STEM, -1, true);
    int none = FrozenLayer.NO_SHORTCUT;
    plan.dense(
        stem,
        space.stem().channels(),
        space.stem().kernelSize(),
        space.stem().stride(),
        true,
        none);
    FirstBlock first = space.firstBlock();
    if (first != null) {
      plan.first(first, NetworkLayout.residual(space, first) ? 0 : none);
    }
    List<BlockSpace> active = ElasticNetwork.active(space.blocks(), architecture);
    for (int i = 0; i < active.size(); i++) {
      int kernel = architecture.kernelSizes().get(i);
      plan.block(active.get(i), i, kernel, architecture.channels().get(i), first == null && i == 0);
    }
    plan.dense(fixed(NetworkLayout.HEAD, true), space.headChannels(), 1, 1, true, none);
    plan.size = 1;
    plan.dense(fixed(NetworkLayout.CLASSIFIER, false), space.classes(), 1, 1, false, none);
    return plan.places;
  }

  private void first(FirstBlock first, int shortcut) {
    String name = NetworkLayout.FIRST + ".";
    depthwise(fixed(name + NetworkLayout.DEPTHWISE, false), first.kernelSize(), first.stride());
    dense(fixed(name + NetworkLayout.PROJECT, false), first.channels(), 1, 1, false, shortcut);
  }

  private void block(BlockSpace block, int position, int kernel, int width, boolean afterStem) {
    String name = NetworkLayout.block(block.index()) + ".";
    int shortcut = block.residual() ? places.size() - 1 : FrozenLayer.NO_SHORTCUT;
    Layer expand =
        new Layer(name + NetworkLayout.EXPAND, Layer.Role.POINTWISE, position, !afterStem);
    dense(expand, width, 1, 1, true, FrozenLayer.NO_SHORTCUT);
    Layer depthwise =
        new Layer(name + NetworkLayout.DEPTHWISE, Layer.Role.DEPTHWISE, position, false);
    depthwise(depthwise, kernel, block.stride());
    Layer project = new Layer(name + NetworkLayout.PROJECT, Layer.Role.POINTWISE, position, false);
    dense(project, block.outChannels(), 1, 1, false, shortcut);
  }

  private void dense(Layer layer, int out, int kernel, int stride, boolean relu6, int shortcut) {
    add(new Place(layer, channels, out, size, kernel, stride, false, relu6, shortcut));
  }

  private void depthwise(Layer layer, int kernel, int stride) {
    int none = FrozenLayer.NO_SHORTCUT;
    add(new Place(layer, channels, channels, size, kernel, stride, true, true, none));
  }

  private void add(Place place) {
    places.add(place);
    channels = place.outChannels();
    size = SearchSpace.outSize(size, place.stride());
  }

  private static Layer fixed(String name, boolean signedInput) {
    return new Layer(name, Layer.Role.FIXED, -1, signedInput);
  }
}
