package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;

/** The collected gradients of all weights, as one vector. */
public final class Gradients {
  private Gradients() {}

  /**
   * The L2 norm; infinite or not a number if any gradient is.
   *
   * @param weights whose gradients were collected
   */
  public static double norm(Parameters weights) {
    try (NDArray norm = weights.gradients().norm()) {
      return norm.getFloat();
    }
  }

  /**
   * The {@link #norm}, required to be finite.
   *
   * @param step number of the step that collected them, from 0
   * @param learningRate its learning rate
   * @throws DivergedException if it is infinite or not a number
   */
  public static double requireFinite(Parameters weights, int step, double learningRate) {
    double norm = norm(weights);
    if (!Double.isFinite(norm)) {
      throw DivergedException.gradients(step, learningRate);
    }
    return norm;
  }

  /**
   * Shortens the gradients to a norm (Pascanu, Mikolov and Bengio, ICML 2013).
   *
   * @param norm their {@link #norm}
   * @param greatest allowed norm, above 0; shorter gradients stay as they are
   */
  public static void clip(Parameters weights, double norm, double greatest) {
    if (norm > greatest) {
      weights.gradients().muli(greatest / norm);
    }
  }
}
