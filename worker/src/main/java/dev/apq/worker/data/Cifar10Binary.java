package dev.apq.worker.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The binary version of CIFAR-10: {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code
 * test_batch.bin}; records of one label byte and 3x32x32 bytes.
 */
final class Cifar10Binary {
  private static final int CHANNELS = 3;
  private static final int SIZE = 32;
  private static final int IMAGE = CHANNELS * SIZE * SIZE;
  private static final int RECORD = IMAGE + 1;
  private static final int CLASSES = 10;

  private final Path directory;
  private final MemoryLimit memory;

  Cifar10Binary(Path directory, MemoryLimit memory) {
    this.directory = directory;
    this.memory = memory;
  }

  /** Every {@code data_batch_*.bin}, in order of name. */
  MemoryImages train() {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> batches =
          files
              .filter(file -> file.getFileName().toString().matches("data_batch_[0-9]+\\.bin"))
              .sorted()
              .toList();
      if (batches.isEmpty()) {
        throw missing(directory.resolve("data_batch_1.bin"));
      }
      return read(batches);
    } catch (IOException e) {
      throw new DataException(directory + " cannot be listed", "check that it is mounted", e);
    }
  }

  /** {@code test_batch.bin}. */
  MemoryImages test() {
    Path file = directory.resolve("test_batch.bin");
    if (!Files.isRegularFile(file)) {
      throw missing(file);
    }
    return read(List.of(file));
  }

  private MemoryImages read(List<Path> files) {
    List<byte[]> contents = new ArrayList<>();
    long records = 0;
    for (Path file : files) {
      byte[] content = content(file);
      contents.add(content);
      records += content.length / RECORD;
      memory.require(file, records * IMAGE);
    }
    byte[] pixels = new byte[(int) records * IMAGE];
    int[] labels = new int[(int) records];
    int index = 0;
    for (int f = 0; f < contents.size(); f++) {
      byte[] content = contents.get(f);
      for (int record = 0; record < content.length; record += RECORD, index++) {
        labels[index] = content[record] & 0xFF;
        if (labels[index] >= CLASSES) {
          throw corrupt(files.get(f), "label " + labels[index] + " at byte " + record);
        }
        System.arraycopy(content, record + 1, pixels, index * IMAGE, IMAGE);
      }
    }
    return new MemoryImages(CHANNELS, SIZE, pixels, labels);
  }

  private byte[] content(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      memory.require(file, size);
      if (size == 0 || size % RECORD != 0) {
        throw corrupt(
            file,
            size == 0
                ? "the file is empty"
                : size + " bytes are not a whole number of " + RECORD + "-byte records");
      }
      byte[] content = in.readNBytes((int) size);
      if (content.length != size) {
        throw corrupt(file, "the file became shorter while it was read");
      }
      return content;
    } catch (IOException e) {
      throw new DataException(file + " cannot be read: " + e.getMessage(), "check the volume", e);
    }
  }

  private static DataException missing(Path file) {
    return new DataException(
        file + " does not exist",
        "unpack cifar-10-binary.tar.gz and name the folder that holds the .bin files");
  }

  private static DataException corrupt(Path file, String problem) {
    return new DataException(
        file + ": " + problem, "download the file again and compare its checksum");
  }
}
