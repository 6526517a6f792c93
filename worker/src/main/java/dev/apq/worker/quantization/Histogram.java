package dev.apq.worker.quantization;

import java.util.Arrays;

/** How often magnitudes occur, relative to the greatest; only bins that hold any are kept. */
final class Histogram {
  private final double[] magnitudes;
  private final int[] counts;
  private final int total;
  private final int resolution;

  /**
   * @param values each at least 0, at most {@code greatest}
   * @param greatest above 0
   * @param bins how finely to count
   */
  Histogram(float[] values, float greatest, int bins) {
    int[] all = new int[bins];
    for (float value : values) {
      all[Math.min(bins - 1, (int) (value / greatest * bins))]++;
    }
    int occupied = (int) Arrays.stream(all).filter(count -> count > 0).count();
    this.magnitudes = new double[occupied];
    this.counts = new int[occupied];
    this.total = values.length;
    this.resolution = bins;
    int next = 0;
    for (int bin = 0; bin < bins; bin++) {
      if (all[bin] > 0) {
        magnitudes[next] = (bin + 0.5) / bins;
        counts[next] = all[bin];
        next++;
      }
    }
  }

  /** Bins that hold any value, by ascending magnitude. */
  int bins() {
    return counts.length;
  }

  /** Values in a bin. */
  int count(int bin) {
    return counts[bin];
  }

  /** The magnitude a bin stands for, 0..1. */
  double magnitude(int bin) {
    return magnitudes[bin];
  }

  /** Bins of the whole range, empty ones too. */
  int resolution() {
    return resolution;
  }

  /** Values in all bins. */
  int total() {
    return total;
  }
}
