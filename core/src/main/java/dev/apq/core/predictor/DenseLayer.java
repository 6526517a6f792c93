package dev.apq.core.predictor;

import static dev.apq.core.predictor.Kernels.INPUT_STEP;
import static dev.apq.core.predictor.Kernels.PANEL;
import static dev.apq.core.predictor.Kernels.SAMPLES;

import java.util.Arrays;

/** A fully connected layer of equally many inputs and outputs, {@code y = W x + b}. Immutable. */
final class DenseLayer {
  /** Inputs per pass over all groups: their weights stay in the first-level cache meanwhile. */
  private static final int INPUT_TILE = 16;

  private final int units;

  /** By output panel, input panel and input: one row of outputs. */
  private final float[][][][] weights;

  private final float[][] bias;

  /**
   * @param weights row-major {@code [units, units]}, outputs first
   */
  DenseLayer(float[] weights, float[] bias, int units) {
    int panels = Activations.panels(units);
    this.units = units;
    this.weights = new float[panels][panels][][];
    this.bias = split(bias, units);
    for (int out = 0; out < panels; out++) {
      for (int in = 0; in < panels; in++) {
        this.weights[out][in] = panel(weights, out, in);
      }
    }
  }

  private float[][] panel(float[] matrix, int out, int in) {
    int outputs = Activations.width(units, out);
    int inputs = Activations.width(units, in);
    float[][] rows = new float[(inputs + INPUT_STEP - 1) / INPUT_STEP * INPUT_STEP][outputs];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        rows[i][o] = matrix[(out * PANEL + o) * units + in * PANEL + i];
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
      for (int in = 0; in < weights.length; in++) {
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
