package dev.apq.worker.tensor;

/**
 * Linear warm-up, then half a cosine to zero.
 *
 * @param peak greatest learning rate
 * @param warmupSteps steps until the peak
 * @param steps all steps, above {@code warmupSteps}
 */
public record LearningRate(double peak, int warmupSteps, int steps) {
  /** The rate of a step, from 0. */
  public double at(int step) {
    if (step < warmupSteps) {
      return peak * (step + 1) / warmupSteps;
    }
    double done = (double) (step - warmupSteps) / Math.max(1, steps - warmupSteps);
    return peak * 0.5 * (1 + StrictMath.cos(StrictMath.PI * Math.min(1, done)));
  }
}
