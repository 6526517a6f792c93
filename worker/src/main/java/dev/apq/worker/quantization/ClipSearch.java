package dev.apq.worker.quantization;

/**
 * The clipping threshold that preserves most when values are rounded to few bits: at 4 bits it pays
 * to clip the tails so that the rest gets a finer grid.
 */
final class ClipSearch {
  private static final int CANDIDATES = 60;

  private final ClipCriterion criterion;

  ClipSearch(ClipCriterion criterion) {
    this.criterion = criterion;
  }

  /**
   * The best of 60 thresholds up to the greatest magnitude, or that itself from the criterion's
   * full range of bits on.
   *
   * @param values a representative sample; negative ones count only if signed
   * @param bits bit width, at least 2
   * @param signed whether the grid is symmetric around zero or starts at it
   * @return threshold above 0; 1 when every value is zero
   */
  float threshold(float[] values, int bits, boolean signed) {
    float[] magnitudes = new float[values.length];
    float greatest = 0;
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = signed ? Math.abs(values[i]) : Math.max(0, values[i]);
      greatest = Math.max(greatest, magnitudes[i]);
    }
    if (!(greatest > 0)) {
      return 1;
    }
    if (bits >= criterion.fullRangeBits()) {
      return greatest;
    }
    Histogram histogram = new Histogram(magnitudes, greatest, criterion.bins(values.length));
    int best = CANDIDATES;
    double least = Double.POSITIVE_INFINITY;
    for (int candidate = CANDIDATES; candidate > 0; candidate--) {
      double clip = (double) candidate / CANDIDATES;
      double loss = criterion.loss(histogram, clip, Grid.levels(bits, signed));
      if (loss < least) {
        least = loss;
        best = candidate;
      }
    }
    return greatest * best / CANDIDATES;
  }
}
