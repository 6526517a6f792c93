package dev.apq.worker.prediction;

/**
 * How well predictions agree with measurements.
 *
 * @param samples how many were compared
 * @param kendallTau rank correlation tau-b, -1..1; 0 when either side is constant
 * @param pairwiseAccuracy share of the pairs with different measurements that are predicted in the
 *     right order, 0..1; a predicted tie counts half
 * @param rmse root mean squared error, in units of accuracy (0..1)
 * @param bias mean prediction less mean measurement, in units of accuracy
 * @param slope of the least-squares line from predictions to measurements: below 1 predictions
 *     differ more than measurements do, above 1 less; 0 when predictions are constant
 */
public record Quality(
    int samples,
    double kendallTau,
    double pairwiseAccuracy,
    double rmse,
    double bias,
    double slope) {

  /** Compares predictions with measurements, pair by pair. */
  public static Quality of(float[] predicted, float[] measured) {
    long concordant = 0;
    long discordant = 0;
    long tiedPredicted = 0;
    long tiedMeasured = 0;
    long pairs = (long) measured.length * (measured.length - 1) / 2;
    for (int i = 0; i < measured.length; i++) {
      for (int j = 0; j < i; j++) {
        int p = Float.compare(predicted[i], predicted[j]);
        int m = Float.compare(measured[i], measured[j]);
        tiedPredicted += p == 0 ? 1 : 0;
        tiedMeasured += m == 0 ? 1 : 0;
        concordant += p * m > 0 ? 1 : 0;
        discordant += p * m < 0 ? 1 : 0;
      }
    }
    double scale = Math.sqrt((double) (pairs - tiedPredicted) * (pairs - tiedMeasured));
    double tau = scale == 0 ? 0 : (concordant - discordant) / scale;
    long decided = pairs - tiedMeasured;
    double halves = decided - concordant - discordant;
    double pairwise = decided == 0 ? 0.5 : (concordant + halves / 2) / decided;
    double bias = mean(predicted) - mean(measured);
    return new Quality(
        measured.length,
        tau,
        pairwise,
        rmse(predicted, measured),
        bias,
        slope(predicted, measured));
  }

  static double rmse(float[] predicted, float[] measured) {
    double squares = 0;
    for (int i = 0; i < measured.length; i++) {
      double difference = (double) predicted[i] - measured[i];
      squares += difference * difference;
    }
    return Math.sqrt(squares / measured.length);
  }

  private static double slope(float[] predicted, float[] measured) {
    double p = mean(predicted);
    double m = mean(measured);
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < measured.length; i++) {
      covariance += (predicted[i] - p) * (measured[i] - m);
      variance += (predicted[i] - p) * (predicted[i] - p);
    }
    return variance == 0 ? 0 : covariance / variance;
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
