package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;

/**
 * Handwritten digits at a random place of a larger canvas, among fragments of other digits.
 *
 * <p>The protocol of cluttered MNIST (Mnih, Heess, Graves and Kavukcuoglu, "Recurrent Models of
 * Visual Attention", NeurIPS 2014, section 4.1), on the smaller UCI digits: plain digits are too
 * easy to tell subnets apart. Each part draws digits and fragments from its own part of the
 * originals only. Image {@code i} of a part is a pure function of the part and {@code i}, the same
 * for every seed of the user, so that results with different seeds are comparable.
 */
final class ClutteredDigits {
  private static final int TRAIN = 16_000;
  private static final int VALIDATION = 4_000;
  private static final int TEST = 4_000;
  private static final long SEED = 2014;

  /** Side of a fragment in pixels; half a digit, so that strokes stay recognisable as strokes. */
  private static final int FRAGMENT = 4;

  /** Canvas pixels per fragment. */
  private static final int AREA_PER_FRAGMENT = 72;

  private final ImageSet digits;
  private final int size;
  private final byte[] source = new byte[HandwrittenDigits.SIZE * HandwrittenDigits.SIZE];

  private ClutteredDigits(ImageSet digits, int size) {
    this.digits = digits;
    this.size = size;
  }

  /** The data set on canvases of {@code resolution} pixels, at least 8. */
  static Dataset generate(int resolution) {
    Dataset parts = HandwrittenDigits.parts();
    return Dataset.of(
        new ClutteredDigits(parts.train(), resolution).images(0, TRAIN),
        new ClutteredDigits(parts.validation(), resolution).images(1, VALIDATION),
        new ClutteredDigits(parts.test(), resolution).images(2, TEST),
        HandwrittenDigits.CLASSES);
  }

  private ImageSet images(int part, int count) {
    byte[] pixels = new byte[count * size * size];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = draw(RandomStream.of(SEED, part, i), pixels, i * size * size);
    }
    return new MemoryImages(1, size, pixels, labels);
  }

  private int draw(RandomStream random, byte[] pixels, int offset) {
    int label = paste(random, HandwrittenDigits.SIZE, pixels, offset);
    for (int f = 0; f < size * size / AREA_PER_FRAGMENT; f++) {
      paste(random, FRAGMENT, pixels, offset);
    }
    return label;
  }

  /** Pastes a random square of a random digit at a random place; overlapping strokes add up. */
  private int paste(RandomStream random, int side, byte[] pixels, int offset) {
    int digit = random.nextInt(digits.count());
    digits.read(digit, source, 0);
    int cropX = random.nextInt(HandwrittenDigits.SIZE - side + 1);
    int cropY = random.nextInt(HandwrittenDigits.SIZE - side + 1);
    int x = random.nextInt(size - side + 1);
    int y = random.nextInt(size - side + 1);
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        int target = offset + (y + row) * size + x + column;
        int value = source[(cropY + row) * HandwrittenDigits.SIZE + cropX + column] & 0xFF;
        pixels[target] = (byte) Math.min(255, (pixels[target] & 0xFF) + value);
      }
    }
    return digits.label(digit);
  }
}
