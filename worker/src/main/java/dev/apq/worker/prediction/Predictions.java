package dev.apq.worker.prediction;

/**
 * What a predictor said about samples it never saw, and what was measured.
 *
 * @param predicted accuracies, 0..1
 * @param measured accuracies of the same samples, 0..1
 */
public record Predictions(float[] predicted, float[] measured) {

  /**
   * @throws IllegalArgumentException unless both are equally many
   */
  public Predictions {
    if (predicted.length != measured.length) {
      throw new IllegalArgumentException(
          predicted.length + " predictions for " + measured.length + " measurements");
    }
  }

  /** How well they agree. */
  public Quality quality() {
    return Quality.of(predicted, measured);
  }
}
