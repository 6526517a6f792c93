package dev.apq.worker.data;

import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.random.RandomStream;
import java.util.Arrays;

/**
 * Random changes of training images: shift, mirroring, and change of brightness, contrast and
 * saturation, in this order.
 */
public final class Augmentation {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(RecipeSpec.Augmentation.NONE);

  private final int padding;
  private final boolean flip;
  private final float jitter;

  /**
   * @param spec ranges to draw from
   */
  public Augmentation(RecipeSpec.Augmentation spec) {
    this.padding = spec.cropPadding();
    this.flip = spec.horizontalFlip();
    this.jitter = Float.parseFloat(spec.colorJitter());
  }

  /**
   * Changes an image in place: a pure function of the image and the stream.
   *
   * @param image {@code [channels, size, size]} unsigned bytes
   */
  void apply(byte[] image, int channels, int size, RandomStream random) {
    if (padding > 0) {
      int right = random.nextInt(2 * padding + 1) - padding;
      int down = random.nextInt(2 * padding + 1) - padding;
      shift(image, channels, size, right, down);
    }
    if (flip && random.nextBoolean(0.5)) {
      mirror(image, size);
    }
    if (jitter > 0) {
      float brightness = factor(random);
      float contrast = factor(random);
      float saturation = factor(random);
      recolour(image, channels, brightness, contrast, saturation);
    }
  }

  private float factor(RandomStream random) {
    return (float) (1 + jitter * (2 * random.nextDouble() - 1));
  }

  private static void shift(byte[] image, int channels, int size, int right, int down) {
    byte[] source = image.clone();
    Arrays.fill(image, (byte) 0);
    int width = size - Math.abs(right);
    int fromX = Math.max(0, -right);
    int toX = Math.max(0, right);
    for (int channel = 0; channel < channels; channel++) {
      for (int y = Math.max(0, down); y < Math.min(size, size + down); y++) {
        int row = channel * size + y;
        System.arraycopy(source, (row - down) * size + fromX, image, row * size + toX, width);
      }
    }
  }

  private static void mirror(byte[] image, int size) {
    for (int row = 0; row < image.length; row += size) {
      for (int left = row, right = row + size - 1; left < right; left++, right--) {
        byte swap = image[left];
        image[left] = image[right];
        image[right] = swap;
      }
    }
  }

  /** Scales the values, then their distance from the mean, then from each pixel's grey. */
  private static void recolour(
      byte[] image, int channels, float brightness, float contrast, float saturation) {
    int area = image.length / channels;
    float[] values = new float[image.length];
    float sum = 0;
    for (int i = 0; i < image.length; i++) {
      values[i] = brightness * (image[i] & 0xFF);
      sum += values[i];
    }
    float mean = sum / image.length;
    for (int pixel = 0; pixel < area; pixel++) {
      float grey = 0;
      for (int i = pixel; i < image.length; i += area) {
        values[i] = mean + contrast * (values[i] - mean);
        grey += values[i] / channels;
      }
      for (int i = pixel; i < image.length; i += area) {
        float value = channels == 1 ? values[i] : grey + saturation * (values[i] - grey);
        image[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
      }
    }
  }
}
