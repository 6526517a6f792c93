package dev.apq.core.predictor;

/** A fully connected layer whose input is a short list of ones. Immutable. */
final class SparseLayer {
  private final int outputs;
  private final float[][] weights;
  private final float[] bias;

  SparseLayer(float[] weights, float[] bias, int outputs, int inputs) {
    this.outputs = outputs;
    this.weights = Rows.byInput(weights, outputs, inputs);
    this.bias = bias;
  }

  /** {@code y = b + Σ W[:, index]} over {@code index[from..to)}. */
  void apply(int[] index, int from, int to, float[] y) {
    System.arraycopy(bias, 0, y, 0, outputs);
    int i = from;
    for (; i + 8 <= to; i += 8) {
      Kernels.add8(y, weights, index, i, outputs);
    }
    for (; i < to; i++) {
      Kernels.add1(y, weights[index[i]], outputs);
    }
  }
}
