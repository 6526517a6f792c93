package dev.apq.worker.estimate;

import dev.apq.core.random.RandomStream;
import dev.apq.worker.data.ImageSet;

/** Labelled images of noise, in memory: networks take as long for them as for real ones. */
final class NoiseImages implements ImageSet {
  private static final int PERIOD = 251;

  private final int count;
  private final int channels;
  private final int size;
  private final int classes;
  private final byte[] noise;

  NoiseImages(int count, int channels, int size, int classes) {
    this.count = count;
    this.channels = channels;
    this.size = size;
    this.classes = classes;
    this.noise = new byte[channels * size * size + PERIOD];
    RandomStream random = RandomStream.of(0);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) random.nextInt(256);
    }
  }

  @Override
  public int count() {
    return count;
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
    return index % classes;
  }

  @Override
  public boolean decoded() {
    return true;
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    System.arraycopy(noise, index % PERIOD, target, offset, imageBytes());
  }
}
