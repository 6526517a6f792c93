package dev.apq.worker.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The IDX format of MNIST and its successors: {@code train-images-idx3-ubyte}, {@code
 * train-labels-idx1-ubyte} and the same with {@code t10k}, plain or with {@code .gz}.
 */
final class Idx {
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;
  private static final int MAX_IMAGES = 10_000_000;
  private static final int MAX_SIDE = 1024;

  private final Path directory;

  Idx(Path directory) {
    this.directory = directory;
  }

  /** Reads {@code <part>-images-idx3-ubyte} and {@code <part>-labels-idx1-ubyte}. */
  MemoryImages read(String part, int classes) {
    Path imagesFile = find(part + "-images-idx3-ubyte");
    Path labelsFile = find(part + "-labels-idx1-ubyte");
    try (DataInputStream images = open(imagesFile);
        DataInputStream labels = open(labelsFile)) {
      int count = header(imagesFile, images, IMAGES_MAGIC);
      int rows = images.readInt();
      int columns = images.readInt();
      if (rows != columns || rows < 1 || rows > MAX_SIDE) {
        throw corrupt(imagesFile, "images of " + rows + "x" + columns + " pixels", null);
      }
      int labelCount = header(labelsFile, labels, LABELS_MAGIC);
      if (labelCount != count) {
        throw corrupt(labelsFile, labelCount + " labels for " + count + " images", null);
      }
      long bytes = (long) count * rows * columns;
      if (bytes > MemoryLimit.BYTES) {
        throw MemoryLimit.exceeded(imagesFile, bytes);
      }
      byte[] pixels = images.readNBytes((int) bytes);
      byte[] classBytes = labels.readNBytes(count);
      if (pixels.length != bytes || classBytes.length != count) {
        throw corrupt(
            pixels.length != bytes ? imagesFile : labelsFile, "shorter than its header says", null);
      }
      return new MemoryImages(1, rows, pixels, classes(labelsFile, classBytes, classes));
    } catch (IOException e) {
      throw corrupt(imagesFile, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static int[] classes(Path file, byte[] bytes, int classes) {
    int[] labels = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      labels[i] = bytes[i] & 0xFF;
      if (labels[i] >= classes) {
        throw new DataException(
            file + ": label " + labels[i] + " of image " + i + " but " + classes + " classes",
            "set the search space's classes to the number of classes of the data set");
      }
    }
    return labels;
  }

  private static int header(Path file, DataInputStream in, int magic) throws IOException {
    try {
      int found = in.readInt();
      int count = in.readInt();
      if (found != magic || count < 1 || count > MAX_IMAGES) {
        throw corrupt(file, "not an IDX file of unsigned bytes (bad header)", null);
      }
      return count;
    } catch (EOFException e) {
      throw corrupt(file, "shorter than an IDX header", e);
    }
  }

  private Path find(String name) {
    Path plain = directory.resolve(name);
    Path packed = directory.resolve(name + ".gz");
    if (Files.isRegularFile(plain)) {
      return plain;
    }
    if (Files.isRegularFile(packed)) {
      return packed;
    }
    throw new DataException(
        plain + " (or .gz) does not exist",
        "put the four IDX files of the data set into " + directory);
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    return new DataInputStream(
        file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw);
  }

  private static DataException corrupt(Path file, String problem, @Nullable Throwable cause) {
    String message = file + ": " + problem;
    String remedy = "download the file again and compare its checksum with the publisher's";
    return cause == null
        ? new DataException(message, remedy)
        : new DataException(message, remedy, cause);
  }
}
