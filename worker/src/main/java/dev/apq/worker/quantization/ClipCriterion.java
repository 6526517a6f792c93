package dev.apq.worker.quantization;

/** What a clipping threshold is chosen to preserve. */
enum ClipCriterion {
  /** The values: least mean squared error between them and their rounded forms, below 8 bits. */
  SQUARED_ERROR(8) {
    @Override
    int bins(int values) {
      return MOST_BINS;
    }

    @Override
    double loss(Histogram histogram, double clip, int levels) {
      double scale = clip / levels;
      double loss = 0;
      for (int bin = 0; bin < histogram.bins(); bin++) {
        double value = histogram.magnitude(bin);
        double difference = value - Math.rint(Math.min(value, clip) / scale) * scale;
        loss += histogram.count(bin) * difference * difference;
      }
      return loss;
    }
  },

  /**
   * Their distribution: least Kullback-Leibler divergence of what rounding leaves of it, below 5
   * bits. In the reference the clipped values lie at the threshold; the approximation spreads what
   * rounds to a level evenly over the bins it comes from.
   */
  DIVERGENCE(5) {
    @Override
    int bins(int values) {
      // Bins that hold few values each would all look exactly representable.
      return (int) Math.max(LEAST_BINS, Math.min(MOST_BINS, Math.sqrt(values)));
    }

    @Override
    double loss(Histogram histogram, double clip, int levels) {
      if (clip * histogram.resolution() < BINS_PER_LEVEL * (levels + 1)) {
        // So few bins are represented exactly, whatever they hold.
        return Double.POSITIVE_INFINITY;
      }
      double[] counts = new double[levels + 1];
      int[] bins = new int[levels + 1];
      int kept = 0;
      double inside = 0;
      while (kept < histogram.bins() && histogram.magnitude(kept) <= clip) {
        int level = level(histogram, kept, clip, levels);
        counts[level] += histogram.count(kept);
        bins[level]++;
        inside += histogram.count(kept);
        kept++;
      }
      double loss = kept == 0 ? Double.POSITIVE_INFINITY : 0;
      for (int bin = 0; bin < kept; bin++) {
        double outside = bin == kept - 1 ? histogram.total() - inside : 0;
        int level = level(histogram, bin, clip, levels);
        double reference = (histogram.count(bin) + outside) / histogram.total();
        double approximation = counts[level] / bins[level] / inside;
        loss += reference * StrictMath.log(reference / approximation);
      }
      return loss;
    }
  };

  private static final int LEAST_BINS = 128;
  private static final int BINS_PER_LEVEL = 2;
  private static final int MOST_BINS = 2048;

  private final int fullRangeBits;

  ClipCriterion(int fullRangeBits) {
    this.fullRangeBits = fullRangeBits;
  }

  /** From this many bits on nothing is clipped. */
  int fullRangeBits() {
    return fullRangeBits;
  }

  /** How finely to count that many values. */
  abstract int bins(int values);

  /**
   * What clipping loses; less is better.
   *
   * @param histogram of magnitudes relative to the greatest
   * @param clip threshold relative to the greatest magnitude, above 0, at most 1
   * @param levels levels above zero
   */
  abstract double loss(Histogram histogram, double clip, int levels);

  private static int level(Histogram histogram, int bin, double clip, int levels) {
    return (int) Math.rint(histogram.magnitude(bin) / clip * levels);
  }
}
