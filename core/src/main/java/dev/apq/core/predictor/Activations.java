package dev.apq.core.predictor;

import static dev.apq.core.predictor.Kernels.PANEL;
import static dev.apq.core.predictor.Kernels.SAMPLES;

/**
 * Activations of a chunk of samples, in the layout of {@link Kernels}: per panel of at most {@value
 * Kernels#PANEL} units and group of three samples one array. Entries behind the last unit stay
 * zero.
 */
final class Activations {
  final int units;
  final int groups;

  /** By panel, then group. */
  final float[][][] values;

  Activations(int units, int samples) {
    this.units = units;
    this.groups = (samples + SAMPLES - 1) / SAMPLES;
    this.values = new float[panels(units)][groups][SAMPLES * PANEL];
  }

  static int panels(int units) {
    return (units + PANEL - 1) / PANEL;
  }

  /** Units of a panel. */
  static int width(int units, int panel) {
    return Math.min(PANEL, units - panel * PANEL);
  }

  /** Copies a sample's units in. */
  void set(int sample, float[] row) {
    for (int panel = 0; panel < values.length; panel++) {
      System.arraycopy(
          row,
          panel * PANEL,
          values[panel][sample / SAMPLES],
          sample % SAMPLES * PANEL,
          width(units, panel));
    }
  }

  /** Copies a sample's units out. */
  void get(int sample, float[] row) {
    for (int panel = 0; panel < values.length; panel++) {
      System.arraycopy(
          values[panel][sample / SAMPLES],
          sample % SAMPLES * PANEL,
          row,
          panel * PANEL,
          width(units, panel));
    }
  }

  /** Zeroes the entries whose counterpart in {@code gate} is not positive. */
  void gate(Activations gate, int activeGroups) {
    for (int panel = 0; panel < values.length; panel++) {
      for (int g = 0; g < activeGroups; g++) {
        Kernels.gate(values[panel][g], gate.values[panel][g], SAMPLES * PANEL);
      }
    }
  }

  void relu(int activeGroups) {
    for (float[][] panel : values) {
      for (int g = 0; g < activeGroups; g++) {
        Kernels.relu(panel[g], SAMPLES * PANEL);
      }
    }
  }

  /** {@code bias + Σ weights[i] unit[i]} of a sample. */
  float dot(int sample, float[][] weights, float bias) {
    float sum = bias;
    for (int panel = 0; panel < values.length; panel++) {
      sum =
          Kernels.dot(
              sum,
              values[panel][sample / SAMPLES],
              sample % SAMPLES * PANEL,
              weights[panel],
              width(units, panel));
    }
    return sum;
  }
}
