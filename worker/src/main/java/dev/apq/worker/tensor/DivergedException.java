package dev.apq.worker.tensor;

/** The training loss became infinite or not a number. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param step number of the step, from 0
   * @param learningRate its learning rate
   */
  public DivergedException(int step, double learningRate) {
    super("the loss is not finite at step " + step + " with learning rate " + learningRate);
  }
}
