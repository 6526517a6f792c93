package dev.apq.worker.export;

/**
 * An accuracy that was counted.
 *
 * @param correct images classified correctly
 * @param images images counted, at least 1
 */
public record Proportion(int correct, int images) {

  /**
   * @throws IllegalArgumentException unless {@code 0 <= correct <= images} and {@code images >= 1}
   */
  public Proportion {
    if (images < 1 || correct < 0 || correct > images) {
      throw new IllegalArgumentException(correct + " of " + images + " images");
    }
  }

  /** The share, 0..1. */
  public double value() {
    return (double) correct / images;
  }

  /** Binomial standard error of the share. */
  public double standardError() {
    return Math.sqrt(value() * (1 - value()) / images);
  }
}
