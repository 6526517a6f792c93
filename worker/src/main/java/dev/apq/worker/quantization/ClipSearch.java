package dev.apq.worker.quantization;

import java.util.Arrays;

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
    // Zeros, half of what leaves a ReLU, are exact on every grid; counted, they would decide alone.
    float[] magnitudes = new float[values.length];
    int count = 0;
    float greatest = 0;
    for (float value : values) {
      float magnitude = signed ? Math.abs(value) : value;
      if (magnitude > 0) {
        magnitudes[count++] = magnitude;
        greatest = Math.max(greatest, magnitude);
      }
    }
    if (!(greatest > 0)) {
      return 1;
    }
    if (bits >= criterion.fullRangeBits()) {
      return greatest;
    }
    Histogram histogram =
        new Histogram(Arrays.copyOf(magnitudes, count), greatest, criterion.bins(count));
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
