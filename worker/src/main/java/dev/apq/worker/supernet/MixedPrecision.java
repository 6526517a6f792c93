package dev.apq.worker.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * The matrix products of expand and project convolutions in a 16-bit type, all else in 32 bits:
 * weights, their gradients, normalization, depthwise convolutions and losses. {@link Normalizer}
 * brings the products back to 32 bits.
 *
 * @param type 16-bit floating point type that the device supports
 */
record MixedPrecision(DataType type) implements Precision {
  @Override
  public NDArray weight(Layer layer, NDArray weight) {
    return convert(layer, weight);
  }

  @Override
  public NDArray input(Layer layer, NDArray input) {
    return convert(layer, input);
  }

  private NDArray convert(Layer layer, NDArray values) {
    return layer.role() == Layer.Role.POINTWISE ? values.toType(type, false) : values;
  }
}
