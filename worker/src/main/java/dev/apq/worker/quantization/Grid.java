package dev.apq.worker.quantization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * A uniform quantization grid: multiples {@code q * scale} with {@code q} in {@code
 * -levels..levels} (signed, symmetric) or {@code 0..levels} (unsigned). One scale serves a whole
 * tensor, or each output channel (the first axis of a weight) has its own. Immutable.
 */
public final class Grid {
  private final float[] thresholds;
  private final int bits;
  private final boolean signed;

  private Grid(float[] thresholds, int bits, boolean signed) {
    this.thresholds = thresholds.clone();
    this.bits = bits;
    this.signed = signed;
  }

  /**
   * A grid for a whole tensor.
   *
   * @param threshold magnitude that the last level stands for, above 0
   * @param bits bit width
   * @param signed whether negative values have levels
   */
  public static Grid perTensor(float threshold, int bits, boolean signed) {
    return new Grid(new float[] {threshold}, bits, signed);
  }

  /**
   * A signed grid with a threshold for each index of a tensor's first axis.
   *
   * @param thresholds magnitudes that the last level stands for, above 0
   * @param bits bit width
   */
  public static Grid perChannel(float[] thresholds, int bits) {
    return new Grid(thresholds, bits, true);
  }

  /** The same levels at other thresholds, as many as before. */
  Grid at(float[] others) {
    if (others.length != thresholds.length) {
      throw new IllegalArgumentException(
          others.length + " thresholds instead of " + thresholds.length);
    }
    return new Grid(others, bits, signed);
  }

  /** Levels above zero: {@code 2^(bits-1) - 1} if signed, else {@code 2^bits - 1}. */
  public static int levels(int bits, boolean signed) {
    return (1 << (signed ? bits - 1 : bits)) - 1;
  }

  /** Bit width. */
  public int bits() {
    return bits;
  }

  /** Whether negative values have levels. */
  public boolean signed() {
    return signed;
  }

  /** The greatest level. */
  public int greatestLevel() {
    return levels(bits, signed);
  }

  /** The least level: the negative of the greatest if signed, else 0. */
  public int leastLevel() {
    return signed ? -greatestLevel() : 0;
  }

  /** Magnitudes that the last level stands for: one, or one per output channel. */
  public float[] thresholds() {
    return thresholds.clone();
  }

  /** Distances between neighbouring levels: one, or one per output channel. */
  public float[] scales() {
    float[] scales = thresholds.clone();
    for (int i = 0; i < scales.length; i++) {
      scales[i] /= greatestLevel();
    }
    return scales;
  }

  /** The level of each value, as whole-numbered floats; ties go to the even level. */
  public NDArray levels(NDArray values) {
    return inLevels(values, scale(values)).round();
  }

  /** Each value rounded to the grid. */
  public NDArray quantize(NDArray values) {
    NDArray scale = scale(values);
    return inLevels(values, scale).round().mul(scale);
  }

  /**
   * As {@link #quantize}, with the gradient of clipping alone: one inside the threshold, zero
   * outside (straight-through estimator, Bengio et al. 2013).
   */
  public NDArray quantizeStraightThrough(NDArray values) {
    return quantizeLearningStep(values, threshold(values));
  }

  /**
   * As {@link #quantizeStraightThrough}, at thresholds that are learned: their gradient is the
   * rounding error inside and the level outside (learned step size, Esser et al., ICLR 2020).
   *
   * @param threshold of the shape of {@link #threshold}
   */
  NDArray quantizeLearningStep(NDArray values, NDArray threshold) {
    NDArray scale = threshold.div(greatestLevel());
    NDArray exact = inLevels(values, scale);
    return exact.add(roundingError(exact)).mul(scale);
  }

  /**
   * As {@link #quantizeStraightThrough}, at thresholds that are learned from the clipped values
   * alone (PACT, Choi et al. 2018).
   *
   * @param threshold of the shape of {@link #threshold}
   */
  NDArray quantizeLearningClip(NDArray values, NDArray threshold) {
    NDArray lower = signed ? threshold.neg() : threshold.zerosLike();
    NDArray clipped = values.maximum(lower).minimum(threshold);
    NDArray scale = threshold.stopGradient().div(greatestLevel());
    return clipped.add(roundingError(clipped.stopGradient().div(scale)).mul(scale));
  }

  /** The thresholds, shaped to broadcast over values whose first axis they belong to. */
  NDArray threshold(NDArray values) {
    return spread(thresholds, values);
  }

  private NDArray scale(NDArray values) {
    return spread(scales(), values);
  }

  private static NDArray spread(float[] numbers, NDArray values) {
    long[] extents = new long[numbers.length == 1 ? 1 : values.getShape().dimension()];
    Arrays.fill(extents, 1);
    extents[0] = numbers.length;
    return values.getManager().create(numbers, new Shape(extents));
  }

  private NDArray inLevels(NDArray values, NDArray scale) {
    return values.div(scale).clip(leastLevel(), greatestLevel());
  }

  private static NDArray roundingError(NDArray exact) {
    NDArray constant = exact.stopGradient();
    return constant.round().sub(constant);
  }
}
