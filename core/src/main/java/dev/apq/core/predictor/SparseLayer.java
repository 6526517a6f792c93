package dev.apq.core.predictor;

/** A fully connected layer whose input is a short list of ones. Immutable. */
final class SparseLayer {
  private static final int STEP = 4;

  private final int outputs;

  /** One row of outputs per input. */
  private final float[][] weights;

  private final float[] bias;

  /**
   * @param weights row-major {@code [outputs, inputs]}
   */
  SparseLayer(float[] weights, float[] bias, int outputs, int inputs) {
    this.outputs = outputs;
    this.weights = new float[inputs][outputs];
    this.bias = bias;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        this.weights[i][o] = weights[o * inputs + i];
      }
    }
  }

  /** {@code y = b + Σ W[:, index]} over {@code index[from..to)}, in this order. */
  void apply(int[] index, int from, int to, float[] y) {
    System.arraycopy(bias, 0, y, 0, outputs);
    int i = from;
    for (; i + STEP <= to; i += STEP) {
      Kernels.addFour(y, weights, index, i, outputs);
    }
    for (; i < to; i++) {
      Kernels.add(y, weights[index[i]], outputs);
    }
  }
}
