package dev.apq.worker.quantization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
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
    return levels(values, scale(values));
  }

  /** Each value rounded to the grid. */
  public NDArray quantize(NDArray values) {
    NDArray scale = scale(values);
    return levels(values, scale).mul(scale);
  }

  /**
   * As {@link #quantize}, with the gradient of clipping alone: one inside the threshold, zero
   * outside (straight-through estimator, Bengio et al. 2013).
   */
  public NDArray quantizeStraightThrough(NDArray values) {
    Split split = split(values, scale(values));
    return split.passed().add(split.rest());
  }

  /**
   * As {@link #quantizeStraightThrough} at {@code e^p} times the scales, where {@code p} is learned
   * from rounding and clipping errors (learned step size, Esser et al., ICLR 2020): its gradient is
   * the rounding error inside the threshold and the rounded value outside.
   *
   * @param exponents {@code p}: one, or one per output channel
   */
  NDArray quantizeLearningStep(NDArray values, NDArray exponents) {
    NDArray p = spread(exponents, values);
    Split split = split(values, scale(values).mul(p.stopGradient().exp()));
    return split.passed().add(split.rest().mul(unity(p)));
  }

  /**
   * As {@link #quantizeStraightThrough} at {@code e^p} times the scales, where {@code p} is learned
   * from clipped values alone (PACT, Choi et al. 2018): its gradient is the threshold for them.
   *
   * @param exponents {@code p}: one, or one per output channel
   */
  NDArray quantizeLearningClip(NDArray values, NDArray exponents) {
    NDArray p = spread(exponents, values);
    Split split = split(values, scale(values).mul(p.stopGradient().exp()));
    NDArray clipped = split.rest().mul(split.inside().logicalNot());
    NDArray rounding = split.rest().mul(split.inside());
    return split.passed().add(rounding).add(clipped.mul(unity(p)));
  }

  /**
   * Rounded values as the sum of two parts.
   *
   * @param inside which values the threshold does not clip
   * @param passed those values as they are, through which gradients pass; others zero
   * @param rest what is missing to the rounded values, a constant
   */
  private record Split(NDArray inside, NDArray passed, NDArray rest) {}

  private Split split(NDArray values, NDArray scale) {
    NDArray constant = values.stopGradient();
    NDArray exact = constant.div(scale);
    NDArray inside =
        signed
            ? exact.abs().lte(greatestLevel())
            : exact.gte(0).logicalAnd(exact.lte(greatestLevel()));
    NDArray rounded = exact.clip(leastLevel(), greatestLevel()).round().mul(scale);
    return new Split(inside, values.mul(inside), rounded.sub(constant.mul(inside)));
  }

  /** One, with the gradient of {@code e^p} at zero: one. */
  private static NDArray unity(NDArray p) {
    return p.sub(p.stopGradient()).exp();
  }

  private NDArray levels(NDArray values, NDArray scale) {
    return values.div(scale).clip(leastLevel(), greatestLevel()).round();
  }

  private NDArray scale(NDArray values) {
    float[] scales = scales();
    return values.getManager().create(scales, column(scales.length, values));
  }

  /** A learned vector, as a view that belongs to the values' scope. */
  private static NDArray spread(NDArray vector, NDArray values) {
    NDArray view = vector.get(values.getManager(), new NDIndex().addAllDim());
    return view.reshape(column(vector.getShape().size(), values));
  }

  /** The shape in which numbers broadcast over values whose first axis they belong to. */
  private static Shape column(long count, NDArray values) {
    long[] extents = new long[count == 1 ? 1 : values.getShape().dimension()];
    Arrays.fill(extents, 1);
    extents[0] = count;
    return new Shape(extents);
  }
}
