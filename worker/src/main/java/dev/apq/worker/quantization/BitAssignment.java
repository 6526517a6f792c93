package dev.apq.worker.quantization;

import dev.apq.core.policy.Quantization;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.supernet.Layer;

/** The bit widths that a policy gives to each layer. */
record BitAssignment(Quantization quantization) {
  int weightBits(Layer layer) {
    return switch (layer.role()) {
      case STEM, FIXED -> SearchSpace.FIXED_BITS;
      case POINTWISE -> quantization.pointwiseWeightBits().get(layer.activeBlock());
      case DEPTHWISE -> quantization.depthwiseWeightBits().get(layer.activeBlock());
    };
  }

  /** Bits of the input; {@link Layer.Role#STEM} reads the image as it is and never asks. */
  int inputBits(Layer layer) {
    return switch (layer.role()) {
      case STEM, FIXED -> SearchSpace.FIXED_BITS;
      case POINTWISE -> quantization.pointwiseActivationBits().get(layer.activeBlock());
      case DEPTHWISE -> quantization.depthwiseActivationBits().get(layer.activeBlock());
    };
  }
}
