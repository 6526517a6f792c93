package dev.apq.worker.profile;

import dev.apq.core.cost.LayerShape;
import dev.apq.core.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * The bit widths that ONNX Runtime tells apart on a processor. It computes with 8-bit integers
 * whatever the bit width: narrower weights are the same to it, narrower activations pass one more
 * operator, which clips them.
 */
final class Precisions {
  private static final int NARROW = 4;

  private Precisions() {}

  /** One bit width for each kind of activations that a space has. */
  static List<Integer> of(SearchSpace space) {
    List<Integer> precisions = new ArrayList<>();
    if (space.bitWidths().stream().anyMatch(bits -> bits < SearchSpace.FIXED_BITS)) {
      precisions.add(NARROW);
    }
    if (space.bitWidths().contains(SearchSpace.FIXED_BITS)) {
      precisions.add(SearchSpace.FIXED_BITS);
    }
    return precisions;
  }

  /** The layer that is measured for a layer: the same to the runtime. */
  static LayerShape measured(LayerShape shape) {
    return new LayerShape(
        shape.inChannels(),
        shape.outChannels(),
        shape.inSize(),
        shape.kernelSize(),
        shape.stride(),
        shape.groups(),
        SearchSpace.FIXED_BITS,
        shape.activationBits() < SearchSpace.FIXED_BITS ? NARROW : SearchSpace.FIXED_BITS);
  }
}
