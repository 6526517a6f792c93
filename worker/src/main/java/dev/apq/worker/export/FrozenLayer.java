package dev.apq.worker.export;

import dev.apq.core.cost.LayerShape;
import org.jspecify.annotations.Nullable;

/**
 * A convolution or linear layer of a {@link FrozenNetwork}: it rounds its input to a grid,
 * convolves with rounded weights (padded by half of the kernel), applies an affine map per output
 * channel, adds a shortcut, and clips.
 *
 * @param name prefix of its weights, for example {@code blocks.3.expand}
 * @param shape its arithmetic
 * @param pooled whether the input is averaged over its pixels first
 * @param input grid of the input; null for the stem, which reads the image as it is
 * @param weights {@code [out, in / groups, kernel, kernel]}
 * @param affine what follows the sum of products
 * @param relu6 whether the result is clipped to 0..6
 * @param shortcut position of the layer whose output is added before clipping, or {@link
 *     #NO_SHORTCUT}
 */
public record FrozenLayer(
    String name,
    LayerShape shape,
    boolean pooled,
    @Nullable InputGrid input,
    WeightLevels weights,
    Affine affine,
    boolean relu6,
    int shortcut) {

  /** No output is added. */
  public static final int NO_SHORTCUT = -1;

  /**
   * @throws IllegalArgumentException if sizes do not fit the shape
   */
  public FrozenLayer {
    if (weights.values().length != shape.weights()
        || weights.bits() != shape.weightBits()
        || (input != null && input.bits() != shape.activationBits())
        || affine.channels() != shape.outChannels()
        || (weights.scales().length > 1 && weights.scales().length != shape.outChannels())) {
      throw new IllegalArgumentException(name + ": weights or grids do not fit " + shape);
    }
  }

  /** This layer with another affine map. */
  FrozenLayer with(Affine other) {
    return new FrozenLayer(name, shape, pooled, input, weights, other, relu6, shortcut);
  }

  /** The map from a sum of products to an output, one per channel. */
  public sealed interface Affine {
    /** Number of channels. */
    int channels();

    /** Factor of a channel. */
    double factor(int channel);

    /** Summand of a channel. */
    double summand(int channel);
  }

  /**
   * Batch normalization with fixed statistics: {@code gamma (x - mean) / sqrt(variance + epsilon) +
   * beta}. The arrays are shared, not copied.
   */
  public record BatchNormalization(
      float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon)
      implements Affine {
    /**
     * @throws IllegalArgumentException if the arrays differ in length or a variance is negative
     */
    public BatchNormalization {
      boolean fits =
          gamma.length == beta.length
              && gamma.length == mean.length
              && gamma.length == variance.length;
      if (!fits) {
        throw new IllegalArgumentException("batch normalization of differing lengths");
      }
      for (float value : variance) {
        if (!(value + epsilon > 0)) {
          throw new IllegalArgumentException("a variance is " + value);
        }
      }
    }

    BatchNormalization withMean(float[] other) {
      return new BatchNormalization(gamma, beta, other, variance, epsilon);
    }

    @Override
    public int channels() {
      return gamma.length;
    }

    @Override
    public double factor(int channel) {
      return gamma[channel] / Math.sqrt((double) variance[channel] + epsilon);
    }

    @Override
    public double summand(int channel) {
      return beta[channel] - mean[channel] * factor(channel);
    }
  }

  /** A bias alone. The array is shared, not copied. */
  public record Bias(float[] values) implements Affine {
    @Override
    public int channels() {
      return values.length;
    }

    @Override
    public double factor(int channel) {
      return 1;
    }

    @Override
    public double summand(int channel) {
      return values[channel];
    }
  }
}
