package dev.apq.worker.data;

import java.util.Arrays;

/**
 * Per-channel standardisation of unsigned bytes.
 *
 * @param mean mean of each channel, in 0..255
 * @param deviation standard deviation of each channel, above 0
 */
public record Normalization(float[] mean, float[] deviation) {
  private static final int ESTIMATION_IMAGES = 2_000;

  /** Mean and deviation of at most 2,000 evenly spaced images. */
  static Normalization estimate(ImageSet images, ParallelReads reads) {
    int channels = images.channels();
    int area = images.size() * images.size();
    int used = Math.min(images.count(), ESTIMATION_IMAGES);
    // Sums of bytes and their squares, per image and channel: whole numbers, so exact in any order.
    long[][] sums = new long[used][2 * channels];
    reads.each(
        used,
        i -> {
          byte[] raw = new byte[images.imageBytes()];
          images.read((int) ((long) i * images.count() / used), raw, 0);
          for (int j = 0; j < raw.length; j++) {
            int value = raw[j] & 0xFF;
            sums[i][j / area] += value;
            sums[i][channels + j / area] += (long) value * value;
          }
        });
    double[] sum = new double[channels];
    double[] squares = new double[channels];
    for (long[] image : sums) {
      for (int c = 0; c < channels; c++) {
        sum[c] += image[c];
        squares[c] += image[channels + c];
      }
    }
    double values = (double) used * area;
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) (sum[c] / values);
      double variance = squares[c] / values - (sum[c] / values) * (sum[c] / values);
      deviation[c] = (float) Math.sqrt(Math.max(variance, 1));
    }
    return new Normalization(mean, deviation);
  }

  /** Standardises one image. */
  void apply(byte[] raw, float[] target, int offset) {
    int area = raw.length / mean.length;
    for (int j = 0; j < raw.length; j++) {
      int channel = j / area;
      target[offset + j] = ((raw[j] & 0xFF) - mean[channel]) / deviation[channel];
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalization that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(deviation, that.deviation);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
  }

  @Override
  public String toString() {
    return "mean " + Arrays.toString(mean) + ", deviation " + Arrays.toString(deviation);
  }
}
