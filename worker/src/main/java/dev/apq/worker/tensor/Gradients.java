package dev.apq.worker.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** The collected gradients of all weights, as one vector. */
public final class Gradients {
  private Gradients() {}

  /**
   * The L2 norm; infinite or not a number if any gradient is.
   *
   * @param weights whose gradients were collected
   */
  public static double norm(Parameters weights) {
    try (NDManager scope = weights.scope()) {
      NDList norms = new NDList();
      for (NDArray weight : weights.all().values()) {
        NDArray gradient = weight.getGradient();
        gradient.attach(scope);
        norms.add(gradient.norm());
      }
      return NDArrays.stack(norms).norm().getFloat();
    }
  }

  /**
   * Shortens the gradients to a norm (Pascanu, Mikolov and Bengio, ICML 2013).
   *
   * @param norm their {@link #norm}
   * @param greatest allowed norm, above 0; shorter gradients stay as they are
   */
  public static void clip(Parameters weights, double norm, double greatest) {
    if (norm <= greatest) {
      return;
    }
    float scale = (float) (greatest / norm);
    for (NDArray weight : weights.all().values()) {
      try (NDArray gradient = weight.getGradient()) {
        gradient.muli(scale);
      }
    }
  }
}
