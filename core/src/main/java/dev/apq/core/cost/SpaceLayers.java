package dev.apq.core.cost;

import dev.apq.core.cost.Layer.Role;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.space.BlockSpace;
import dev.apq.core.space.FirstBlock;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.Stem;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Turns members of a search space into layer lists. */
final class SpaceLayers {
  private static final int FIXED = SearchSpace.FIXED_BITS;

  private SpaceLayers() {}

  /** All layers of a quantized policy, in network order. */
  static List<Layer> of(SearchSpace space, Policy policy) {
    policy.requireMember(space);
    Quantization bits = policy.quantization();
    if (bits == null) {
      throw new IllegalArgumentException(
          "a full-precision policy has no costs on integer hardware; give it bit widths");
    }
    NetworkLayers net = beforeBlocks(space);
    List<BlockSpace> blocks = space.blocks();
    int active = 0;
    for (BlockSpace block : blocks) {
      if (block.positionInStage() < policy.architecture().depths().get(block.stage())) {
        String name = "block" + block.index();
        int pointwiseWeight = bits.pointwiseWeightBits().get(active);
        int pointwiseActivation = bits.pointwiseActivationBits().get(active);
        net.convolution(
                name + ".expand",
                Role.BODY,
                policy.architecture().channels().get(active),
                1,
                1,
                pointwiseWeight,
                pointwiseActivation)
            .depthwise(
                name + ".depthwise",
                Role.BODY,
                policy.architecture().kernelSizes().get(active),
                block.stride(),
                bits.depthwiseWeightBits().get(active),
                bits.depthwiseActivationBits().get(active))
            .convolution(
                name + ".project",
                Role.BODY,
                block.outChannels(),
                1,
                1,
                pointwiseWeight,
                pointwiseActivation);
        active++;
      }
    }
    return afterBlocks(space, net).build();
  }

  /** The layers that every member shares. */
  static List<Layer> fixed(SearchSpace space) {
    int channels = space.stages().get(space.stages().size() - 1).channels();
    List<Layer> before = beforeBlocks(space).build();
    List<Layer> after =
        afterBlocks(space, NetworkLayers.startingWith(channels, space.headSize())).build();
    return Stream.concat(before.stream(), after.stream()).toList();
  }

  /** Every distinct shape that the members of a space are made of. */
  static Set<LayerShape> shapes(SearchSpace space, LayerSet layerSet) {
    Set<LayerShape> shapes = new LinkedHashSet<>();
    for (Layer layer : fixed(space)) {
      if (layerSet.counts(layer.role())) {
        shapes.add(layer.shape());
      }
    }
    for (BlockSpace block : space.blocks()) {
      for (int width : block.widths()) {
        for (int w : space.bitWidths()) {
          for (int a : space.bitWidths()) {
            shapes.add(expand(block, width, w, a));
            shapes.add(project(block, width, w, a));
            for (int kernel : block.kernelSizes()) {
              shapes.add(depthwise(block, kernel, width, w, a));
            }
          }
        }
      }
    }
    return shapes;
  }

  static LayerShape expand(BlockSpace block, int width, int weightBits, int activationBits) {
    return new LayerShape(
        block.inChannels(), width, block.inSize(), 1, 1, 1, weightBits, activationBits);
  }

  static LayerShape depthwise(
      BlockSpace block, int kernel, int width, int weightBits, int activationBits) {
    return new LayerShape(
        width, width, block.inSize(), kernel, block.stride(), width, weightBits, activationBits);
  }

  static LayerShape project(BlockSpace block, int width, int weightBits, int activationBits) {
    return new LayerShape(
        width, block.outChannels(), block.outSize(), 1, 1, 1, weightBits, activationBits);
  }

  private static NetworkLayers beforeBlocks(SearchSpace space) {
    Stem stem = space.stem();
    NetworkLayers net =
        NetworkLayers.startingWith(space.inputChannels(), space.resolution())
            .convolution(
                "stem", Role.STEM, stem.channels(), stem.kernelSize(), stem.stride(), FIXED, FIXED);
    FirstBlock first = space.firstBlock();
    if (first != null) {
      net.depthwise(
              "first.depthwise", Role.FIRST_BLOCK, first.kernelSize(), first.stride(), FIXED, FIXED)
          .convolution("first.project", Role.FIRST_BLOCK, first.channels(), 1, 1, FIXED, FIXED);
    }
    return net;
  }

  private static NetworkLayers afterBlocks(SearchSpace space, NetworkLayers net) {
    return net.convolution("head", Role.HEAD, space.headChannels(), 1, 1, FIXED, FIXED)
        .classifier(space.classes(), FIXED, FIXED);
  }
}
