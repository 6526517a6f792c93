package dev.apq.core.predictor;

/** Float matrices as row arrays, the form that HotSpot vectorises. */
final class Rows {
  /** Inputs are handled four at a time; missing ones are zero. */
  static final int INPUT_STEP = 4;

  private static final int HEADER_BYTES = 16;
  private static final int CACHE_LINE_BYTES = 64;

  private Rows() {}

  /** Zeroed rows that all have the same alignment to cache lines. */
  static float[][] allocate(int count, int length) {
    int bytes = HEADER_BYTES + Float.BYTES * length;
    int padded = (bytes + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
    return new float[count][(padded - HEADER_BYTES) / Float.BYTES];
  }

  /** The next multiple of {@link #INPUT_STEP}. */
  static int paddedInputs(int inputs) {
    return (inputs + INPUT_STEP - 1) / INPUT_STEP * INPUT_STEP;
  }

  /** Transposes {@code [outputs, inputs]} into one row of outputs per input. */
  static float[][] byInput(float[] weights, int outputs, int inputs) {
    float[][] rows = allocate(paddedInputs(inputs), outputs);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        rows[i][o] = weights[o * inputs + i];
      }
    }
    return rows;
  }
}
