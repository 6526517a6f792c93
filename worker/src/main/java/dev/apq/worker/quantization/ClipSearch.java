package dev.apq.worker.quantization;

/**
 * The clipping threshold that loses least when values are rounded to few bits.
 *
 * <p>From 8 bits on the threshold is the greatest magnitude. Below, it is the one of 60 candidates
 * with the least mean squared error, estimated on a histogram: at 4 bits it pays to clip the tails
 * so that the rest gets a finer grid.
 */
public final class ClipSearch {
  private static final int BINS = 2048;
  private static final int CANDIDATES = 60;
  private static final int FULL_RANGE_BITS = 8;

  private ClipSearch() {}

  /**
   * The threshold for a sample of values.
   *
   * @param values a representative sample; negative ones count only if signed
   * @param bits bit width, at least 2
   * @param signed whether the grid is symmetric around zero or starts at it
   * @return threshold above 0; 1 when every value is zero
   */
  public static float threshold(float[] values, int bits, boolean signed) {
    float greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, signed ? Math.abs(value) : value);
    }
    if (!(greatest > 0)) {
      return 1;
    }
    if (bits >= FULL_RANGE_BITS) {
      return greatest;
    }
    long[] histogram = histogram(values, greatest, signed);
    int best = CANDIDATES;
    double least = Double.POSITIVE_INFINITY;
    for (int candidate = CANDIDATES; candidate > 0; candidate--) {
      double clip = (double) candidate / CANDIDATES;
      double error = error(histogram, clip, Grid.levels(bits, signed));
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return greatest * best / CANDIDATES;
  }

  private static long[] histogram(float[] values, float greatest, boolean signed) {
    long[] histogram = new long[BINS];
    for (float value : values) {
      double magnitude = signed ? Math.abs(value) : Math.max(0, value);
      histogram[(int) Math.min(BINS - 1, magnitude / greatest * BINS)]++;
    }
    return histogram;
  }

  /** Summed squared error of magnitudes in 0..1, clipped at {@code clip}. */
  private static double error(long[] histogram, double clip, int levels) {
    double scale = clip / levels;
    double error = 0;
    for (int bin = 0; bin < BINS; bin++) {
      if (histogram[bin] > 0) {
        double value = (bin + 0.5) / BINS;
        double difference = value - Math.rint(Math.min(value, clip) / scale) * scale;
        error += histogram[bin] * difference * difference;
      }
    }
    return error;
  }
}
