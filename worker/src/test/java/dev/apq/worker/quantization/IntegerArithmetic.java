package dev.apq.worker.quantization;

import ai.djl.ndarray.types.Shape;

/** Layers on one image in 32-bit integers, written for clarity. Overflow is an error. */
final class IntegerArithmetic {
  private IntegerArithmetic() {}

  /**
   * Padded convolution with stride 1.
   *
   * @param input {@code [channels, size, size]}
   * @param weight {@code [out, channels / groups, k, k]}
   */
  static int[] convolve(int[] input, int[] weight, Shape shape, int size, int groups) {
    int out = (int) shape.get(0);
    int inPerGroup = (int) shape.get(1);
    int kernel = (int) shape.get(2);
    int[] result = new int[out * size * size];
    for (int o = 0; o < out; o++) {
      int firstInput = o / (out / groups) * inPerGroup;
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          int sum = 0;
          for (int i = 0; i < inPerGroup; i++) {
            for (int tap = 0; tap < kernel * kernel; tap++) {
              int row = y + tap / kernel - kernel / 2;
              int column = x + tap % kernel - kernel / 2;
              if (row >= 0 && row < size && column >= 0 && column < size) {
                int w = weight[(o * inPerGroup + i) * kernel * kernel + tap];
                int a = input[((firstInput + i) * size + row) * size + column];
                sum = Math.addExact(sum, Math.multiplyExact(w, a));
              }
            }
          }
          result[(o * size + y) * size + x] = sum;
        }
      }
    }
    return result;
  }

  /**
   * Matrix product.
   *
   * @param input {@code [batch, in]}
   * @param weight {@code [out, in]}
   * @return {@code [batch, out]}
   */
  static int[] linear(int[] input, int[] weight, int in) {
    int out = weight.length / in;
    int batch = input.length / in;
    int[] result = new int[batch * out];
    for (int b = 0; b < batch; b++) {
      for (int o = 0; o < out; o++) {
        int sum = 0;
        for (int i = 0; i < in; i++) {
          sum = Math.addExact(sum, Math.multiplyExact(weight[o * in + i], input[b * in + i]));
        }
        result[b * out + o] = sum;
      }
    }
    return result;
  }
}
