package dev.apq.core.predictor;

/**
 * The inner loops of inference, shaped for HotSpot's C2.
 *
 * <p>C2 vectorises a loop over arrays indexed by the bare loop variable, or by it plus a
 * compile-time constant, but not by a computed offset; up to Java 21 or so it also gives up when
 * the loop stores to several arrays, which it cannot tell apart, or has more than about two inputs
 * in flight for each of three samples. So three samples share one array at the constant distance
 * {@link #PANEL}, and the number of inputs per pass depends on the Java version.
 *
 * <p>Every kernel extends the same per-element chain, one input after the other in ascending order,
 * with {@link Math#fma} or one addition. How many inputs or samples a pass handles therefore never
 * changes a bit of the result.
 */
final class Kernels {
  /** Samples that share an array. */
  static final int SAMPLES = 3;

  /** Distance between samples: the widest layer handled in one piece; a multiple of 16 floats. */
  static final int PANEL = 432;

  /** Inputs are handled in multiples of this; missing ones are zero. */
  static final int INPUT_STEP = 4;

  private static final boolean FOUR_INPUTS = Runtime.version().feature() >= 25;

  private Kernels() {}

  /**
   * {@code y[s][o] += Σ x[s][i] w[i][o]} for three samples, {@code i} over {@code [from, to)} and
   * {@code o} below {@code n}.
   */
  static void multiplyAdd(float[] y, float[] x, float[][] w, int from, int to, int n) {
    if (FOUR_INPUTS) {
      for (int i = from; i < to; i += INPUT_STEP) {
        fourInputs(y, x, w, i, n);
      }
    } else {
      for (int i = from; i < to; i += 2) {
        twoInputs(y, x, w, i, n);
      }
    }
  }

  static void twoInputs(float[] y, float[] x, float[][] w, int i, int n) {
    float a0 = x[i];
    float a1 = x[i + 1];
    float b0 = x[i + PANEL];
    float b1 = x[i + 1 + PANEL];
    float c0 = x[i + 2 * PANEL];
    float c1 = x[i + 1 + 2 * PANEL];
    float[] w0 = w[i];
    float[] w1 = w[i + 1];
    for (int o = 0; o < n; o++) {
      float p = w0[o];
      float q = w1[o];
      y[o] = Math.fma(a1, q, Math.fma(a0, p, y[o]));
      y[o + PANEL] = Math.fma(b1, q, Math.fma(b0, p, y[o + PANEL]));
      y[o + 2 * PANEL] = Math.fma(c1, q, Math.fma(c0, p, y[o + 2 * PANEL]));
    }
  }

  static void fourInputs(float[] y, float[] x, float[][] w, int i, int n) {
    float a0 = x[i];
    float a1 = x[i + 1];
    float a2 = x[i + 2];
    float a3 = x[i + 3];
    float b0 = x[i + PANEL];
    float b1 = x[i + 1 + PANEL];
    float b2 = x[i + 2 + PANEL];
    float b3 = x[i + 3 + PANEL];
    float c0 = x[i + 2 * PANEL];
    float c1 = x[i + 1 + 2 * PANEL];
    float c2 = x[i + 2 + 2 * PANEL];
    float c3 = x[i + 3 + 2 * PANEL];
    float[] w0 = w[i];
    float[] w1 = w[i + 1];
    float[] w2 = w[i + 2];
    float[] w3 = w[i + 3];
    for (int o = 0; o < n; o++) {
      float p = w0[o];
      float q = w1[o];
      float r = w2[o];
      float t = w3[o];
      y[o] = Math.fma(a3, t, Math.fma(a2, r, Math.fma(a1, q, Math.fma(a0, p, y[o]))));
      y[o + PANEL] =
          Math.fma(b3, t, Math.fma(b2, r, Math.fma(b1, q, Math.fma(b0, p, y[o + PANEL]))));
      y[o + 2 * PANEL] =
          Math.fma(c3, t, Math.fma(c2, r, Math.fma(c1, q, Math.fma(c0, p, y[o + 2 * PANEL]))));
    }
  }

  /** {@code y[o] += r0[o] + … + r3[o]}, added one after the other. */
  static void addFour(float[] y, float[][] rows, int[] index, int first, int n) {
    float[] r0 = rows[index[first]];
    float[] r1 = rows[index[first + 1]];
    float[] r2 = rows[index[first + 2]];
    float[] r3 = rows[index[first + 3]];
    for (int o = 0; o < n; o++) {
      y[o] = y[o] + r0[o] + r1[o] + r2[o] + r3[o];
    }
  }

  /** {@code y[o] += row[o]}. */
  static void add(float[] y, float[] row, int n) {
    for (int o = 0; o < n; o++) {
      y[o] = y[o] + row[o];
    }
  }

  /** {@code y[o] = max(y[o], 0)}. */
  static void relu(float[] y, int n) {
    for (int o = 0; o < n; o++) {
      y[o] = Math.max(y[o], 0f);
    }
  }

  /** {@code y[o] = gate[o] > 0 ? y[o] : 0}. */
  static void gate(float[] y, float[] gate, int n) {
    for (int o = 0; o < n; o++) {
      y[o] = gate[o] > 0f ? y[o] : 0f;
    }
  }

  /** {@code start + Σ x[offset + i] w[i]} with eight interleaved sums, combined in fixed order. */
  static float dot(float start, float[] x, int offset, float[] w, int n) {
    float s0 = start;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i + 7 < n; i += 8) {
      s0 = Math.fma(x[offset + i], w[i], s0);
      s1 = Math.fma(x[offset + i + 1], w[i + 1], s1);
      s2 = Math.fma(x[offset + i + 2], w[i + 2], s2);
      s3 = Math.fma(x[offset + i + 3], w[i + 3], s3);
      s4 = Math.fma(x[offset + i + 4], w[i + 4], s4);
      s5 = Math.fma(x[offset + i + 5], w[i + 5], s5);
      s6 = Math.fma(x[offset + i + 6], w[i + 6], s6);
      s7 = Math.fma(x[offset + i + 7], w[i + 7], s7);
    }
    for (; i < n; i++) {
      s0 = Math.fma(x[offset + i], w[i], s0);
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
