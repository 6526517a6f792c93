package dev.apq.benchmarks;

import dev.apq.core.predictor.Predictor;

/** Predictor evaluations per second of one thread, with slices of the FMA peak in between. */
final class PredictorSpeed {
  private static final int WARM_UP_SLICES = 20;
  private static final int SLICES = 40;
  private static final int BATCHES_PER_SLICE = 20;

  private PredictorSpeed() {}

  /**
   * What was measured.
   *
   * @param batch policies per call
   * @param evaluationsPerSecond the median slice
   * @param bestEvaluationsPerSecond the fastest slice
   * @param flops operations of one evaluation
   * @param javaPeakGflops the fastest slice of {@link FmaPeak}
   */
  record Result(
      int batch,
      double evaluationsPerSecond,
      double bestEvaluationsPerSecond,
      double flops,
      double javaPeakGflops) {}

  static Result measure(Predictor predictor, int batch) {
    Samples samples = Samples.random(predictor.encoding(), batch, 1);
    Predictor.Session session = predictor.session();
    float[] accuracies = new float[batch];
    FmaPeak peak = new FmaPeak();
    double[] rates = new double[SLICES];
    double bestPeak = 0;
    for (int slice = -WARM_UP_SLICES; slice < SLICES; slice++) {
      bestPeak = Math.max(bestPeak, peak.measure());
      double start = CpuClock.threadSeconds();
      for (int i = 0; i < BATCHES_PER_SLICE; i++) {
        session.predict(samples.hot(), samples.lengths(), batch, accuracies);
      }
      double seconds = CpuClock.threadSeconds() - start;
      if (slice >= 0) {
        rates[slice] = (double) batch * BATCHES_PER_SLICE / seconds;
      }
    }
    Summary summary = Summary.of(rates);
    return new Result(batch, summary.median(), summary.max(), samples.flops(predictor), bestPeak);
  }
}
