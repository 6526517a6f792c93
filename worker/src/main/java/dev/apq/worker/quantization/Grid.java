package dev.apq.worker.quantization;

import ai.djl.ndarray.NDArray;

/**
 * A uniform quantization grid: multiples {@code q * scale} with {@code q} in {@code
 * -levels..levels} (signed, symmetric) or {@code 0..levels} (unsigned).
 *
 * @param threshold magnitude that the last level stands for, above 0
 * @param bits bit width
 * @param signed whether negative values have levels
 */
public record Grid(float threshold, int bits, boolean signed) {

  /** Levels above zero: {@code 2^(bits-1) - 1} if signed, else {@code 2^bits - 1}. */
  public static int levels(int bits, boolean signed) {
    return (1 << (signed ? bits - 1 : bits)) - 1;
  }

  /** Distance between neighbouring levels. */
  public float scale() {
    return threshold / levels(bits, signed);
  }

  /** The level of each value, as whole-numbered floats; ties go to the even level. */
  public NDArray levels(NDArray values) {
    return clip(values).div(scale()).round();
  }

  /** Each value rounded to the grid. */
  public NDArray quantize(NDArray values) {
    return levels(values).mul(scale());
  }

  /**
   * As {@link #quantize}, with the gradient of clipping alone: one inside the threshold, zero
   * outside (straight-through estimator, Bengio et al. 2013).
   */
  public NDArray quantizeStraightThrough(NDArray values) {
    NDArray clipped = clip(values);
    NDArray error = clipped.div(scale()).round().mul(scale()).sub(clipped).stopGradient();
    return clipped.add(error);
  }

  private NDArray clip(NDArray values) {
    return values.clip(signed ? -threshold : 0, threshold);
  }
}
