package dev.apq.worker.data;

import static dev.apq.worker.data.DataFixtures.image;
import static dev.apq.worker.data.DataFixtures.space;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.space.SearchSpace;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets in the formats of MNIST and CIFAR-10. */
class BinaryFilesTest {
  @TempDir private Path folder;

  @Test
  void filesTooLargeForMemoryNameTheLimit() throws IOException {
    idx("train-images-idx3-ubyte", false, 40, 6, true);
    idx("train-labels-idx1-ubyte", false, 40, 6, false);
    MemoryLimit limit = new MemoryLimit(40 * 36 - 1);
    assertThatThrownBy(() -> new Idx(folder, limit).read("train", 10))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("memory limit of the worker"))
        .hasMessageContaining("train-images-idx3-ubyte: 1 MiB of pixels");
    assertThat(new Idx(folder, new MemoryLimit(40 * 36)).read("train", 10).count()).isEqualTo(40);
    Files.write(folder.resolve("data_batch_1.bin"), new byte[3 * 3073]);
    assertThatThrownBy(() -> new Cifar10Binary(folder, limit).train())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("data_batch_1.bin");
  }

  @Test
  void readsIdxPlainAndPacked() throws IOException {
    idx("train-images-idx3-ubyte", false, 40, 6, true);
    idx("train-labels-idx1-ubyte", true, 40, 6, false);
    idx("t10k-images-idx3-ubyte", false, 10, 6, true);
    idx("t10k-labels-idx1-ubyte", false, 10, 6, false);
    Dataset data = open(DatasetSpec.Format.IDX, space(6, 1, 10));
    assertThat(data.train().count()).isEqualTo(36);
    assertThat(data.test().count()).isEqualTo(10);
    for (int i = 0; i < 10; i++) {
      assertThat(data.test().label(i)).isEqualTo(i % 10);
      assertThat(image(data.test(), i)[5]).isEqualTo((byte) i);
    }
  }

  @Test
  void aTruncatedIdxFileIsNamed() throws IOException {
    idx("train-images-idx3-ubyte", false, 40, 6, true);
    idx("train-labels-idx1-ubyte", true, 40, 6, false);
    idx("t10k-images-idx3-ubyte", false, 40, 6, true);
    idx("t10k-labels-idx1-ubyte", false, 40, 6, false);
    Path images = folder.resolve("train-images-idx3-ubyte");
    byte[] whole = Files.readAllBytes(images);
    for (int length : new int[] {0, 5, 12, 200}) {
      Files.write(images, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> open(DatasetSpec.Format.IDX, space(6, 1, 10)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(images.toString());
    }
    Files.write(images, whole);
    Path labels = folder.resolve("train-labels-idx1-ubyte.gz");
    byte[] packed = Files.readAllBytes(labels);
    for (int length : new int[] {0, 12, packed.length - 20}) {
      Files.write(labels, Arrays.copyOf(packed, length));
      assertThatThrownBy(() -> open(DatasetSpec.Format.IDX, space(6, 1, 10)))
          .isInstanceOfSatisfying(
              DataException.class, e -> assertThat(e.remedy()).contains("download the file again"))
          .hasMessageContaining(labels.toString());
    }
    Files.delete(labels);
    assertThatThrownBy(() -> open(DatasetSpec.Format.IDX, space(6, 1, 10)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("train-labels-idx1-ubyte (or .gz) does not exist");
  }

  @Test
  void readsCifarRecords() throws IOException {
    int record = 3073;
    byte[] batch = new byte[20 * record];
    for (int i = 0; i < 20; i++) {
      batch[i * record] = (byte) (i % 10);
      batch[i * record + 1] = (byte) i;
    }
    Files.write(folder.resolve("data_batch_1.bin"), batch);
    Files.write(folder.resolve("test_batch.bin"), Arrays.copyOf(batch, 10 * record));
    Dataset data = open(DatasetSpec.Format.CIFAR10_BINARY, space(32, 3, 10));
    assertThat(data.train().count()).isEqualTo(18);
    assertThat(data.test().label(7)).isEqualTo(7);
    assertThat(image(data.test(), 7)[0]).isEqualTo((byte) 7);
    Files.write(folder.resolve("test_batch.bin"), Arrays.copyOf(batch, record + 1));
    assertThatThrownBy(() -> open(DatasetSpec.Format.CIFAR10_BINARY, space(32, 3, 10)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test_batch.bin");
    Files.write(folder.resolve("test_batch.bin"), new byte[0]);
    assertThatThrownBy(() -> open(DatasetSpec.Format.CIFAR10_BINARY, space(32, 3, 10)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test_batch.bin: the file is empty");
    Files.delete(folder.resolve("test_batch.bin"));
    assertThatThrownBy(() -> open(DatasetSpec.Format.CIFAR10_BINARY, space(32, 3, 10)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("cifar-10-binary.tar.gz"))
        .hasMessageContaining("test_batch.bin does not exist");
  }

  private Dataset open(DatasetSpec.Format format, SearchSpace space) {
    return DataFixtures.open(folder, format, space);
  }

  private void idx(String name, boolean packed, int count, int side, boolean images)
      throws IOException {
    Path file = folder.resolve(packed ? name + ".gz" : name);
    try (OutputStream raw = Files.newOutputStream(file);
        DataOutputStream out = new DataOutputStream(packed ? new GZIPOutputStream(raw) : raw)) {
      out.writeInt(images ? 0x803 : 0x801);
      out.writeInt(count);
      if (images) {
        out.writeInt(side);
        out.writeInt(side);
      }
      for (int i = 0; i < count; i++) {
        byte[] values = new byte[images ? side * side : 1];
        Arrays.fill(values, (byte) (images ? i : i % 10));
        out.write(values);
      }
    }
  }
}
