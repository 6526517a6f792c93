package dev.apq.worker.quantization;

import ai.djl.ndarray.types.Shape;

/** A padded convolution of one image in integers, written for clarity. */
final class IntegerConvolution {
  private IntegerConvolution() {}

  /**
   * Convolves with stride 1.
   *
   * @param input {@code [channels, size, size]}
   * @param weight {@code [out, channels / groups, k, k]}
   */
  static long[] convolve(long[] input, long[] weight, Shape shape, int size, int groups) {
    int out = (int) shape.get(0);
    int inPerGroup = (int) shape.get(1);
    int kernel = (int) shape.get(2);
    long[] result = new long[out * size * size];
    for (int o = 0; o < out; o++) {
      int firstInput = o / (out / groups) * inPerGroup;
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          long sum = 0;
          for (int i = 0; i < inPerGroup; i++) {
            for (int tap = 0; tap < kernel * kernel; tap++) {
              int row = y + tap / kernel - kernel / 2;
              int column = x + tap % kernel - kernel / 2;
              if (row >= 0 && row < size && column >= 0 && column < size) {
                sum +=
                    weight[(o * inPerGroup + i) * kernel * kernel + tap]
                        * input[((firstInput + i) * size + row) * size + column];
              }
            }
          }
          result[(o * size + y) * size + x] = sum;
        }
      }
    }
    return result;
  }
}
