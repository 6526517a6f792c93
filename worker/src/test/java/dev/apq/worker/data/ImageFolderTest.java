package dev.apq.worker.data;

import static dev.apq.worker.data.DataFixtures.image;
import static dev.apq.worker.data.DataFixtures.space;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.space.SearchSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of JPEG and PNG files. */
class ImageFolderTest {
  @TempDir private Path folder;

  @Test
  void readsAnImageFolderWithPublishedTestPart() throws IOException {
    images("train/cat", 20, 0xFF0000, "png");
    images("train/dog", 20, 0x0000FF, "jpg");
    images("test/cat", 3, 0xFF0000, "png");
    images("test/dog", 4, 0x0000FF, "png");
    Dataset data = open(space(8, 3, 2));
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
    Dataset data = open(space(4, 1, 2));
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
    assertThatThrownBy(() -> open(space(8, 3, 1)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("replace or remove"))
        .hasMessageContaining(corrupt.toString());
    byte[] png = Files.readAllBytes(folder.resolve("train/cat/0.png"));
    Files.write(corrupt, Arrays.copyOf(png, png.length / 2));
    assertThatThrownBy(() -> open(space(8, 3, 1)))
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
      assertThatThrownBy(() -> open(space(8, 3, 1)))
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
    Dataset held = open(space);
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
    Dataset data = open(space(8, 3, 1));
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
    Dataset data = open(space(8, 3, 1));
    assertThat(data.train().count()).isEqualTo(30);
    assertThat(data.validation().count()).isEqualTo(7);
    assertThat(data.test().count()).isEqualTo(5);
  }

  @Test
  void foldersWithoutClassesSayWhatToDo() throws IOException {
    images("train/a", 30, 0xFF0000, "jpg");
    images("val", 7, 0xFF0000, "jpg");
    assertThatThrownBy(() -> open(space(8, 3, 1)))
        .isInstanceOfSatisfying(
            DataException.class, e -> assertThat(e.remedy()).contains("named as those of train/"))
        .hasMessageContaining(folder.resolve("val").toString());
    Files.createDirectories(folder.resolve("empty/train"));
    assertThatThrownBy(() -> FolderParts.of(folder.resolve("empty")).classNames())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no class folders");
    Files.createDirectories(folder.resolve("train/b"));
    Files.createDirectories(folder.resolve("val/a"));
    assertThatThrownBy(() -> open(space(8, 3, 2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("train/b").toString());
  }

  @Test
  void aClassThatOnePartLacksIsNamed() throws IOException {
    images("train/cat", 20, 0, "png");
    images("train/dog", 20, 0, "png");
    images("test/cat", 2, 0, "png");
    assertThatThrownBy(() -> open(space(8, 3, 2)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder.resolve("test/dog").toString());
  }

  private Dataset open(SearchSpace space) {
    return DataFixtures.open(folder, DatasetSpec.Format.IMAGE_FOLDER, space);
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
}
