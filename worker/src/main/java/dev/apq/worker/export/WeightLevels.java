package dev.apq.worker.export;

/**
 * Weights and the integers that stand for them: weight {@code i} of output channel {@code c} is
 * rounded to {@code levels[i] * scales[c]}, or {@code levels[i] * scales[0]} if there is one scale.
 *
 * <p>The arrays are shared, not copied; nobody may write to them.
 *
 * @param values before rounding, output channels first
 * @param levels after rounding, in {@code -(2^(bits-1) - 1)..2^(bits-1) - 1}
 * @param scales one per tensor or one per output channel
 * @param bits bit width, 2..8
 */
public record WeightLevels(float[] values, byte[] levels, float[] scales, int bits) {

  /**
   * @throws IllegalArgumentException if the arrays do not fit each other
   */
  public WeightLevels {
    int greatest = (1 << (bits - 1)) - 1;
    if (values.length != levels.length || scales.length == 0 || values.length % scales.length > 0) {
      throw new IllegalArgumentException(
          values.length + " weights, " + levels.length + " levels, " + scales.length + " scales");
    }
    for (float scale : scales) {
      if (!(scale > 0) || Float.isInfinite(scale)) {
        throw new IllegalArgumentException("a weight scale is " + scale);
      }
    }
    for (byte level : levels) {
      if (Math.abs(level) > greatest) {
        throw new IllegalArgumentException("level " + level + " does not fit " + bits + " bits");
      }
    }
  }

  /** Scale of an output channel. */
  public float scale(int channel) {
    return scales[scales.length == 1 ? 0 : channel];
  }
}
