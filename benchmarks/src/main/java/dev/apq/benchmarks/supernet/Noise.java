package dev.apq.benchmarks.supernet;

import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.data.Dataset;
import dev.apq.worker.data.ImageSet;
import dev.apq.worker.data.Normalization;
import java.util.Arrays;

/** Random images of a space's shape: what they show does not change how long they take. */
final class Noise implements ImageSet {
  private static final float MEAN = 127.5f;
  private static final float DEVIATION = 73.9f;

  private final int channels;
  private final int size;
  private final byte[] pixels;
  private final int[] labels;

  private Noise(SearchSpace space, int count, RandomStream random) {
    this.channels = space.inputChannels();
    this.size = space.resolution();
    this.pixels = new byte[Math.multiplyExact(count, imageBytes())];
    this.labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    Arrays.setAll(labels, i -> random.nextInt(space.classes()));
  }

  /** A data set whose parts are noise. */
  static Dataset dataset(SearchSpace space, int train, int validation) {
    float[] mean = new float[space.inputChannels()];
    float[] deviation = new float[space.inputChannels()];
    Arrays.fill(mean, MEAN);
    Arrays.fill(deviation, DEVIATION);
    return new Dataset(
        new Noise(space, train, RandomStream.of(1)),
        new Noise(space, validation, RandomStream.of(2)),
        new Noise(space, 1, RandomStream.of(3)),
        space.classes(),
        new Normalization(mean, deviation));
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    System.arraycopy(pixels, index * imageBytes(), target, offset, imageBytes());
  }
}
