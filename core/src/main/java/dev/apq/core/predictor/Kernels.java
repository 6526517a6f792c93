package dev.apq.core.predictor;

/**
 * The inner loops of inference, each a small method of its own so that HotSpot's C2 compiles and
 * vectorises it alone (it does so for rows indexed by the bare loop variable, not for computed
 * offsets).
 *
 * <p>Every kernel extends the same per-element chain, one input after the other in ascending order
 * with {@link Math#fma} or a single addition. How many inputs or rows a call handles therefore
 * never changes a bit of the result.
 */
final class Kernels {
  private Kernels() {}

  /** {@code y[o] += r0[o] + … + r7[o]}, added one after the other. */
  static void add8(float[] y, float[][] rows, int[] index, int first, int n) {
    float[] r0 = rows[index[first]];
    float[] r1 = rows[index[first + 1]];
    float[] r2 = rows[index[first + 2]];
    float[] r3 = rows[index[first + 3]];
    float[] r4 = rows[index[first + 4]];
    float[] r5 = rows[index[first + 5]];
    float[] r6 = rows[index[first + 6]];
    float[] r7 = rows[index[first + 7]];
    for (int o = 0; o < n; o++) {
      y[o] = y[o] + r0[o] + r1[o] + r2[o] + r3[o] + r4[o] + r5[o] + r6[o] + r7[o];
    }
  }

  /** {@code y[o] += row[o]}. */
  static void add1(float[] y, float[] row, int n) {
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

  /** Four inputs, {@code i} to {@code i + 3}, of one sample. */
  static void fma1(float[] y, float[] x, float[][] w, int i, int n) {
    float a0 = x[i];
    float a1 = x[i + 1];
    float a2 = x[i + 2];
    float a3 = x[i + 3];
    float[] w0 = w[i];
    float[] w1 = w[i + 1];
    float[] w2 = w[i + 2];
    float[] w3 = w[i + 3];
    for (int o = 0; o < n; o++) {
      y[o] =
          Math.fma(a3, w3[o], Math.fma(a2, w2[o], Math.fma(a1, w1[o], Math.fma(a0, w0[o], y[o]))));
    }
  }

  /** Four inputs, {@code i} to {@code i + 3}, of four samples, {@code s} to {@code s + 3}. */
  static void fma4(float[][] y, float[][] x, float[][] w, int s, int i, int n) {
    float[] y0 = y[s];
    float[] x0 = x[s];
    float[] w0 = w[i];
    float[] y1 = y[s + 1];
    float[] x1 = x[s + 1];
    float[] w1 = w[i + 1];
    float[] y2 = y[s + 2];
    float[] x2 = x[s + 2];
    float[] w2 = w[i + 2];
    float[] y3 = y[s + 3];
    float[] x3 = x[s + 3];
    float[] w3 = w[i + 3];
    float a0 = x0[i];
    float a1 = x0[i + 1];
    float a2 = x0[i + 2];
    float a3 = x0[i + 3];
    float b0 = x1[i];
    float b1 = x1[i + 1];
    float b2 = x1[i + 2];
    float b3 = x1[i + 3];
    float c0 = x2[i];
    float c1 = x2[i + 1];
    float c2 = x2[i + 2];
    float c3 = x2[i + 3];
    float d0 = x3[i];
    float d1 = x3[i + 1];
    float d2 = x3[i + 2];
    float d3 = x3[i + 3];
    for (int o = 0; o < n; o++) {
      float p = w0[o];
      float q = w1[o];
      float r = w2[o];
      float t = w3[o];
      y0[o] = Math.fma(a3, t, Math.fma(a2, r, Math.fma(a1, q, Math.fma(a0, p, y0[o]))));
      y1[o] = Math.fma(b3, t, Math.fma(b2, r, Math.fma(b1, q, Math.fma(b0, p, y1[o]))));
      y2[o] = Math.fma(c3, t, Math.fma(c2, r, Math.fma(c1, q, Math.fma(c0, p, y2[o]))));
      y3[o] = Math.fma(d3, t, Math.fma(d2, r, Math.fma(d1, q, Math.fma(d0, p, y3[o]))));
    }
  }

  /** Dot product with eight interleaved partial sums, combined in a fixed order. */
  static float dot(float[] x, float[] w, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i + 7 < n; i += 8) {
      s0 = Math.fma(x[i], w[i], s0);
      s1 = Math.fma(x[i + 1], w[i + 1], s1);
      s2 = Math.fma(x[i + 2], w[i + 2], s2);
      s3 = Math.fma(x[i + 3], w[i + 3], s3);
      s4 = Math.fma(x[i + 4], w[i + 4], s4);
      s5 = Math.fma(x[i + 5], w[i + 5], s5);
      s6 = Math.fma(x[i + 6], w[i + 6], s6);
      s7 = Math.fma(x[i + 7], w[i + 7], s7);
    }
    for (; i < n; i++) {
      s0 = Math.fma(x[i], w[i], s0);
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }
}
