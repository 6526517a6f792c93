package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir private Path folder;

  @Test
  void plainDigitsAreSplitWithoutOverlap() {
    Dataset digits = Datasets.open(new DatasetSpec("digits", null), space(8, 1, 10));
    assertThat(digits.train().count()).isEqualTo(1197);
    assertThat(digits.validation().count()).isEqualTo(300);
    assertThat(digits.test().count()).isEqualTo(300);
    Set<String> all = new HashSet<>();
    for (ImageSet part : List.of(digits.train(), digits.validation(), digits.test())) {
      for (int i = 0; i < part.count(); i++) {
        all.add(Arrays.toString(image(part, i)));
        assertThat(part.label(i)).isBetween(0, 9);
      }
    }
    assertThat(all).hasSize(1797);
  }

  @Test
  void clutteredDigitsAreTheSameEveryTime() {
    DatasetSpec spec = new DatasetSpec("cluttered-digits", null);
    Dataset once = Datasets.open(spec, space(16, 1, 10));
    Dataset again = Datasets.open(spec, space(16, 1, 10));
    for (int i = 0; i < 50; i++) {
      assertThat(image(once.train(), i)).isEqualTo(image(again.train(), i));
      assertThat(once.train().label(i)).isEqualTo(again.train().label(i));
    }
    assertThat(image(once.train(), 0)).isNotEqualTo(image(once.train(), 1));
    assertThat(image(once.train(), 0)).isNotEqualTo(image(once.validation(), 0));
    int[] perClass = new int[10];
    for (int i = 0; i < once.train().count(); i++) {
      perClass[once.train().label(i)]++;
    }
    assertThat(Arrays.stream(perClass)).allMatch(count -> count > once.train().count() / 20);
  }

  @Test
  void batchesAreStandardised() {
    Dataset digits = Datasets.open(new DatasetSpec("digits", null), space(8, 1, 10));
    Batch batch = digits.batch(digits.train(), 0, 1000);
    double mean = 0;
    double squares = 0;
    for (float value : batch.images()) {
      mean += value;
      squares += value * value;
    }
    assertThat(mean / batch.images().length).isBetween(-0.05, 0.05);
    assertThat(squares / batch.images().length).isBetween(0.9, 1.1);
  }

  @Test
  void aSpaceThatDoesNotFitIsRefusedWithTheFieldToChange() {
    assertThatThrownBy(() -> Datasets.open(new DatasetSpec("digits", null), space(8, 1, 7)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("searchSpace.classes to 10"))
        .hasMessageContaining("classes 7");
    assertThatThrownBy(() -> Datasets.open(new DatasetSpec("digits", null), space(6, 1, 10)))
        .hasMessageContaining("at least 8 pixels");
    assertThatThrownBy(() -> Datasets.open(new DatasetSpec("nothing", null), space(8, 1, 10)))
        .hasMessageContaining("'nothing'");
  }

  @Test
  void readsAnImageFolderWithPublishedTestPart() throws IOException {
    images("train/cat", 20, 0xFF0000, "png");
    images("train/dog", 20, 0x0000FF, "jpg");
    images("test/cat", 3, 0xFF0000, "png");
    images("test/dog", 4, 0x0000FF, "png");
    Dataset data = open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 2));
    assertThat(data.train().count()).isEqualTo(36);
    assertThat(data.validation().count()).isEqualTo(4);
    assertThat(data.test().count()).isEqualTo(7);
    for (int i = 0; i < data.train().count(); i++) {
      byte[] image = image(data.train(), i);
      int red = image[0] & 0xFF;
      int blue = image[2 * 64] & 0xFF;
      assertThat(data.train().label(i)).isEqualTo(red > blue ? 0 : 1);
    }
  }

  @Test
  void splitsAFlatImageFolderAndScales() throws IOException {
    images("a", 30, 0x808080, "png");
    images("b", 30, 0xF0F0F0, "png");
    Dataset data = open(DatasetSpec.Format.IMAGE_FOLDER, space(4, 1, 2));
    assertThat(data.test().count()).isEqualTo(6);
    assertThat(data.validation().count()).isEqualTo(5);
    assertThat(data.train().count()).isEqualTo(49);
    assertThat(image(data.train(), 0)).hasSize(16);
  }

  @Test
  void aCorruptImageIsNamed() throws IOException {
    images("train/cat", 20, 0xFF0000, "png");
    images("test/cat", 2, 0xFF0000, "png");
    Path corrupt = folder.resolve("train/cat/zz.jpg");
    Files.writeString(corrupt, "no image");
    assertThatThrownBy(() -> open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 1)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("replace or remove"))
        .hasMessageContaining(corrupt.toString());
    byte[] png = Files.readAllBytes(folder.resolve("train/cat/0.png"));
    Files.write(corrupt, Arrays.copyOf(png, png.length / 2));
    assertThatThrownBy(() -> open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(corrupt.toString());
  }

  @Test
  void aJpegThatEndsEarlyOrIsEmptyIsNamed() throws IOException {
    images("train/cat", 20, 0xFF0000, "jpg");
    images("test/cat", 2, 0xFF0000, "jpg");
    Path file = folder.resolve("train/cat/7.jpg");
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 10, whole.length / 2, whole.length - 8}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 1)))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOfSatisfying(
              DataException.class, e -> assertThat(e.remedy()).contains("replace or remove"))
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void anImageThatVanishesIsNamed() throws IOException {
    images("train/cat", 40, 0xFF0000, "png");
    images("test/cat", 2, 0xFF0000, "png");
    Dataset data = stream(space(8, 3, 1));
    for (int i = 0; i < 40; i++) {
      Files.delete(folder.resolve("train/cat/" + i + ".png"));
    }
    assertThatThrownBy(() -> data.batch(data.train(), 0, 4))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("does not exist any more");
  }

  @Test
  void imagesThatDoNotFitIntoMemoryAreDecodedWhenNeeded() throws IOException {
    images("train/cat", 30, 0xFF0000, "png");
    images("train/dog", 30, 0x0000FF, "jpg");
    images("test/cat", 3, 0xFF0000, "png");
    images("test/dog", 4, 0x0000FF, "png");
    SearchSpace space = space(6, 3, 2);
    Dataset held = open(DatasetSpec.Format.IMAGE_FOLDER, space);
    Dataset streamed = stream(space);
    assertThat(held.train()).isInstanceOf(MemoryImages.class);
    assertThat(streamed.train()).isInstanceOf(Subset.class);
    assertThat(streamed.normalization()).isEqualTo(held.normalization());
    Batch expected = held.batch(held.train(), 0, held.train().count());
    Batch actual = streamed.batch(streamed.train(), 0, streamed.train().count());
    assertThat(actual.images()).isEqualTo(expected.images());
    assertThat(actual.labels()).isEqualTo(expected.labels());
  }

  @Test
  void imageNetsValidationFolderIsTheTestPart() throws IOException {
    images("train/n01", 30, 0xFF0000, "jpg");
    images("val/n01", 7, 0xFF0000, "jpg");
    images("test", 5, 0xFF0000, "jpg");
    Dataset data = open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 1));
    assertThat(data.test().count()).isEqualTo(7);
    assertThat(data.validation().count()).isEqualTo(3);
    assertThat(data.split())
        .isEqualTo("validation: drawn from the training images; test: as published");
  }

  @Test
  void threeNamedPartsAreKept() throws IOException {
    images("train/a", 30, 0xFF0000, "jpg");
    images("val/a", 7, 0xFF0000, "jpg");
    images("test/a", 5, 0xFF0000, "jpg");
    Dataset data = open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 1));
    assertThat(data.train().count()).isEqualTo(30);
    assertThat(data.validation().count()).isEqualTo(7);
    assertThat(data.test().count()).isEqualTo(5);
  }

  @Test
  void foldersWithoutClassesSayWhatToDo() throws IOException {
    images("train/a", 30, 0xFF0000, "jpg");
    images("val", 7, 0xFF0000, "jpg");
    assertThatThrownBy(() -> open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 1)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("named as those of train/"))
        .hasMessageContaining(folder.resolve("val").toString());
    Files.createDirectories(folder.resolve("empty/train"));
    assertThatThrownBy(() -> FolderParts.of(folder.resolve("empty")).classNames())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no class folders");
    Files.createDirectories(folder.resolve("train/b"));
    Files.createDirectories(folder.resolve("val/a"));
    assertThatThrownBy(() -> open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("train/b").toString());
  }

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
  void aMissingFolderOrClassIsNamed() throws IOException {
    assertThatThrownBy(
            () ->
                Datasets.open(
                    new DatasetSpec(
                        null,
                        new DatasetSpec.Directory(
                            folder.resolve("none").toString(), DatasetSpec.Format.IDX)),
                    space(8, 1, 10)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("none").toString());
    images("train/cat", 20, 0, "png");
    images("train/dog", 20, 0, "png");
    images("test/cat", 2, 0, "png");
    assertThatThrownBy(() -> open(DatasetSpec.Format.IMAGE_FOLDER, space(8, 3, 2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("test/dog").toString());
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
    return Datasets.open(
        new DatasetSpec(null, new DatasetSpec.Directory(folder.toString(), format)), space);
  }

  private Dataset stream(SearchSpace space) {
    return Datasets.open(
        new DatasetSpec(
            null, new DatasetSpec.Directory(folder.toString(), DatasetSpec.Format.IMAGE_FOLDER)),
        space,
        new ParallelReads(3),
        new MemoryLimit(0));
  }

  private void images(String subfolder, int count, int rgb, String format) throws IOException {
    Path target = Files.createDirectories(folder.resolve(subfolder));
    for (int i = 0; i < count; i++) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < 64; pixel++) {
        image.setRGB(pixel % 8, pixel / 8, rgb ^ i);
      }
      assertThat(ImageIO.write(image, format, target.resolve(i + "." + format).toFile())).isTrue();
    }
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

  private static byte[] image(ImageSet set, int index) {
    byte[] image = new byte[set.imageBytes()];
    set.read(index, image, 0);
    return image;
  }

  private static SearchSpace space(int resolution, int channels, int classes) {
    return new SearchSpace(
        "test",
        resolution,
        channels,
        classes,
        new Stem(8, 3, 1),
        null,
        List.of(new StageSpace(8, 1, 1, 1, List.of(3), "1", "1", 8)),
        8,
        List.of(4, 8));
  }
}
