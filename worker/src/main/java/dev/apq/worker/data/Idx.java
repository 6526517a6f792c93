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
  private final MemoryLimit memory;

  Idx(Path directory, MemoryLimit memory) {
    this.directory = directory;
    this.memory = memory;
  }

  /** Reads {@code <part>-images-idx3-ubyte} and {@code <part>-labels-idx1-ubyte}. */
  MemoryImages read(String part, int classes) {
    Path imagesFile = find(part + "-images-idx3-ubyte");
    Path labelsFile = find(part + "-labels-idx1-ubyte");
    Pixels pixels = parse(imagesFile, in -> pixels(imagesFile, in));
    byte[] labels = parse(labelsFile, in -> labels(labelsFile, in));
    if (labels.length != pixels.count()) {
      throw corrupt(labelsFile, labels.length + " labels for " + pixels.count() + " images", null);
    }
    return new MemoryImages(
        1, pixels.side(), pixels.values(), classes(labelsFile, labels, classes));
  }

  private record Pixels(int count, int side, byte[] values) {}

  private interface Parser<T> {
    T parse(DataInputStream in) throws IOException;
  }

  private static <T> T parse(Path file, Parser<T> parser) {
    try (DataInputStream in = open(file)) {
      return parser.parse(in);
    } catch (EOFException e) {
      throw corrupt(file, "shorter than an IDX header", e);
    } catch (IOException e) {
      throw corrupt(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  private Pixels pixels(Path file, DataInputStream in) throws IOException {
    int count = header(file, in, IMAGES_MAGIC);
    int rows = in.readInt();
    int columns = in.readInt();
    if (rows != columns || rows < 1 || rows > MAX_SIDE) {
      throw corrupt(file, "images of " + rows + "x" + columns + " pixels", null);
    }
    long bytes = (long) count * rows * columns;
    memory.require(file, bytes);
    return new Pixels(count, rows, content(file, in, (int) bytes));
  }

  private static byte[] labels(Path file, DataInputStream in) throws IOException {
    return content(file, in, header(file, in, LABELS_MAGIC));
  }

  private static byte[] content(Path file, DataInputStream in, int bytes) throws IOException {
    byte[] content = in.readNBytes(bytes);
    if (content.length != bytes) {
      throw corrupt(file, "shorter than its header says", null);
    }
    return content;
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
    int found = in.readInt();
    int count = in.readInt();
    if (found != magic || count < 1 || count > MAX_IMAGES) {
      throw corrupt(file, "not an IDX file of unsigned bytes (bad header)", null);
    }
    return count;
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
