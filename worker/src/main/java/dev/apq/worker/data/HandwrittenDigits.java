package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The 1,797 handwritten digits of the UCI repository (E. Alpaydin and C. Kaynak, 1998; CC BY 4.0):
 * 8x8 pixels with values 0..16, ten classes. Carried as a resource.
 */
final class HandwrittenDigits {
  static final int SIZE = 8;
  static final int CLASSES = 10;

  private static final String RESOURCE = "digits.csv.gz";
  private static final int COUNT = 1797;
  private static final int MAX_VALUE = 16;
  private static final int TRAIN = 1197;
  private static final int VALIDATION = 300;
  private static final long SPLIT_SEED = 1998;

  private HandwrittenDigits() {}

  /** The three parts of the original images; the split is the same for every seed. */
  static Dataset parts() {
    ImageSet all = load();
    int[] order = IntStream.range(0, COUNT).toArray();
    RandomStream.of(SPLIT_SEED).shuffle(order);
    return Dataset.of(
        Subset.of(all, order, 0, TRAIN),
        Subset.of(all, order, TRAIN, TRAIN + VALIDATION),
        Subset.of(all, order, TRAIN + VALIDATION, COUNT),
        CLASSES);
  }

  /** The plain digits, each in the middle of a {@code resolution}-pixel canvas. */
  static Dataset centred(int resolution) {
    Dataset parts = parts();
    return Dataset.of(
        centre(parts.train(), resolution),
        centre(parts.validation(), resolution),
        centre(parts.test(), resolution),
        CLASSES);
  }

  private static ImageSet centre(ImageSet digits, int resolution) {
    byte[] pixels = new byte[digits.count() * resolution * resolution];
    int[] labels = new int[digits.count()];
    byte[] digit = new byte[SIZE * SIZE];
    int margin = (resolution - SIZE) / 2;
    for (int i = 0; i < digits.count(); i++) {
      digits.read(i, digit, 0);
      labels[i] = digits.label(i);
      for (int row = 0; row < SIZE; row++) {
        int target = (i * resolution + margin + row) * resolution + margin;
        System.arraycopy(digit, row * SIZE, pixels, target, SIZE);
      }
    }
    return new MemoryImages(1, resolution, pixels, labels);
  }

  private static ImageSet load() {
    byte[] pixels = new byte[COUNT * SIZE * SIZE];
    int[] labels = new int[COUNT];
    try (BufferedReader lines = open()) {
      for (int i = 0; i < COUNT; i++) {
        parse(lines.readLine(), i, pixels, labels);
      }
      if (lines.readLine() != null) {
        throw corrupt(COUNT, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the built-in digits", e);
    }
    return new MemoryImages(1, SIZE, pixels, labels);
  }

  private static BufferedReader open() throws IOException {
    InputStream stream = HandwrittenDigits.class.getResourceAsStream(RESOURCE);
    if (stream == null) {
      throw new IllegalStateException("the resource " + RESOURCE + " is missing from the worker");
    }
    return new BufferedReader(
        new InputStreamReader(new GZIPInputStream(stream), StandardCharsets.US_ASCII));
  }

  private static void parse(@Nullable String line, int index, byte[] pixels, int[] labels) {
    String[] values = line == null ? new String[0] : line.split(",", -1);
    if (values.length != SIZE * SIZE + 1) {
      throw corrupt(index, line);
    }
    for (int j = 0; j < SIZE * SIZE; j++) {
      int value = Integer.parseInt(values[j]);
      pixels[index * SIZE * SIZE + j] = (byte) (value * 255 / MAX_VALUE);
    }
    labels[index] = Integer.parseInt(values[SIZE * SIZE]);
  }

  private static IllegalStateException corrupt(int index, @Nullable String line) {
    return new IllegalStateException(
        "the resource " + RESOURCE + " is corrupt at line " + (index + 1) + ": " + line);
  }
}
