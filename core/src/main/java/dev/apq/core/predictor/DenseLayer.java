package dev.apq.core.predictor;

/** A fully connected layer, {@code y = W x + b}. Immutable. */
final class DenseLayer {
  /** Inputs per pass over a group of samples: their weight rows stay in the first-level cache. */
  private static final int INPUT_TILE = 16;

  private final int outputs;
  private final int paddedInputs;
  private final float[][] weights;
  private final float[] bias;

  DenseLayer(float[] weights, float[] bias, int outputs, int inputs) {
    this.outputs = outputs;
    this.paddedInputs = Rows.paddedInputs(inputs);
    this.weights = Rows.byInput(weights, outputs, inputs);
    this.bias = bias;
  }

  /** Applies the layer to the first {@code samples} rows of {@code x}. */
  void apply(float[][] x, float[][] y, int samples) {
    for (int s = 0; s < samples; s++) {
      System.arraycopy(bias, 0, y[s], 0, outputs);
    }
    int grouped = samples - samples % 4;
    for (int tile = 0; tile < paddedInputs; tile += INPUT_TILE) {
      int end = Math.min(tile + INPUT_TILE, paddedInputs);
      for (int s = 0; s < grouped; s += 4) {
        for (int i = tile; i < end; i += Rows.INPUT_STEP) {
          Kernels.fma4(y, x, weights, s, i, outputs);
        }
      }
      for (int s = grouped; s < samples; s++) {
        for (int i = tile; i < end; i += Rows.INPUT_STEP) {
          Kernels.fma1(y[s], x[s], weights, i, outputs);
        }
      }
    }
  }
}
