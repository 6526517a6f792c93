package dev.apq.benchmarks;

/**
 * The most single-precision fused multiply-adds per second that a plain Java loop gets from one
 * thread: a polynomial by Horner's rule, one load and one store for sixteen operations.
 */
final class FmaPeak {
  private static final int LENGTH = 1024;
  private static final int FLOPS_PER_ELEMENT = 32;
  private static final int PASSES = 20_000;

  private final float[] values = new float[LENGTH];

  /** One slice of about 10 ms, in GFLOP/s. */
  double measure() {
    double start = CpuClock.threadSeconds();
    for (int pass = 0; pass < PASSES; pass++) {
      horner(values, 0.5f, 1e-3f);
    }
    double seconds = CpuClock.threadSeconds() - start;
    if (Float.isNaN(values[0])) {
      throw new IllegalStateException("the polynomial diverged");
    }
    return (double) PASSES * LENGTH * FLOPS_PER_ELEMENT / seconds / 1e9;
  }

  private static void horner(float[] values, float x, float c) {
    for (int i = 0; i < LENGTH; i++) {
      float v = values[i];
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      v = Math.fma(v, x, c);
      values[i] = v;
    }
  }
}
