package dev.apq.core.predictor;

import static dev.apq.core.predictor.Kernels.INPUT_STEP;
import static dev.apq.core.predictor.Kernels.PANEL;
import static dev.apq.core.predictor.Kernels.SAMPLES;

import java.util.Arrays;

/** A fully connected layer on dense inputs, {@code y = W x + b}. Immutable. */
final class DenseLayer {
  /** Inputs per pass over all groups: their weights stay in the first-level cache meanwhile. */
  private static final int INPUT_TILE = 16;

  /** By output panel, input panel and input: one row of outputs. */
  private final float[][][][] weights;

  private final float[][] bias;

  /** Weight of an input in an output. */
  private interface Weight {
    float of(int output, int input);
  }

  private DenseLayer(Weight weight, float[] bias, int outputs, int inputs) {
    this.weights = new float[Activations.panels(outputs)][Activations.panels(inputs)][][];
    this.bias = split(bias, outputs);
    for (int out = 0; out < weights.length; out++) {
      for (int in = 0; in < weights[out].length; in++) {
        weights[out][in] =
            panel(
                weight,
                out * PANEL,
                Activations.width(outputs, out),
                in * PANEL,
                Activations.width(inputs, in));
      }
    }
  }

  /**
   * @param weights row-major {@code [outputs, inputs]}
   */
  static DenseLayer of(float[] weights, float[] bias, int outputs, int inputs) {
    return new DenseLayer((o, i) -> weights[o * inputs + i], bias, outputs, inputs);
  }

  /**
   * The transposed layer without bias, {@code x = Wᵀ y}, which carries gradients back.
   *
   * @param weights row-major {@code [outputs, inputs]} of the layer to transpose
   */
  static DenseLayer transposed(float[] weights, int outputs, int inputs) {
    return new DenseLayer((o, i) -> weights[i * inputs + o], new float[inputs], inputs, outputs);
  }

  private static float[][] panel(
      Weight weight, int firstOutput, int outputs, int firstInput, int inputs) {
    float[][] rows = new float[(inputs + INPUT_STEP - 1) / INPUT_STEP * INPUT_STEP][outputs];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        rows[i][o] = weight.of(firstOutput + o, firstInput + i);
      }
    }
    return rows;
  }

  /** Cuts a vector into panels. */
  static float[][] split(float[] vector, int units) {
    float[][] parts = new float[Activations.panels(units)][];
    for (int panel = 0; panel < parts.length; panel++) {
      int from = panel * PANEL;
      parts[panel] = Arrays.copyOfRange(vector, from, from + Activations.width(units, panel));
    }
    return parts;
  }

  /** Applies the layer to the first {@code groups} groups. */
  void apply(Activations x, Activations y, int groups) {
    for (int out = 0; out < weights.length; out++) {
      int outputs = bias[out].length;
      float[][] target = y.values[out];
      for (int g = 0; g < groups; g++) {
        for (int s = 0; s < SAMPLES; s++) {
          System.arraycopy(bias[out], 0, target[g], s * PANEL, outputs);
        }
      }
      for (int in = 0; in < weights[out].length; in++) {
        float[][] rows = weights[out][in];
        float[][] source = x.values[in];
        for (int tile = 0; tile < rows.length; tile += INPUT_TILE) {
          int end = Math.min(tile + INPUT_TILE, rows.length);
          for (int g = 0; g < groups; g++) {
            Kernels.multiplyAdd(target[g], source[g], rows, tile, end, outputs);
          }
        }
      }
    }
  }
}
