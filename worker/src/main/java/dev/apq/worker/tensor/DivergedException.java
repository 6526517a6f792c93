package dev.apq.worker.tensor;

/** The training loss or its gradients became infinite or not a number. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DivergedException(String what, int step, double learningRate) {
    super(what + " not finite at step " + step + " with learning rate " + learningRate);
  }

  /**
   * @param step number of the step, from 0
   * @param learningRate its learning rate
   */
  public DivergedException(int step, double learningRate) {
    this("the loss is", step, learningRate);
  }

  /** The loss was finite, its gradients were not. */
  public static DivergedException gradients(int step, double learningRate) {
    return new DivergedException("the gradients are", step, learningRate);
  }
}
