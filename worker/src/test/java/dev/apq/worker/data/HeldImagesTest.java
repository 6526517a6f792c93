package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.space.SearchSpace;
import dev.apq.core.space.StageSpace;
import dev.apq.core.space.Stem;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every subnet of a collection is measured on is decoded once. */
class HeldImagesTest {
  private static final int SIDE = 6;
  private static final int IMAGE_BYTES = 3 * SIDE * SIDE;

  @TempDir private Path folder;

  @Test
  void imagesThatMeasureEverySubnetAreDecodedOnce() throws IOException {
    Dataset streamed = dataset();
    Dataset holding = streamed.holding(5, 1000, new MemoryLimit(11 * IMAGE_BYTES));
    assertThat(holding.train().decoded()).isFalse();
    assertThat(holding.validation().decoded()).isTrue();
    Batch training = streamed.batch(streamed.train(), 0, 5);
    Batch validation = streamed.batch(streamed.validation(), 0, 6);

    deleteImages();
    assertThat(holding.batch(holding.train(), 0, 5)).usingRecursiveComparison().isEqualTo(training);
    assertThat(holding.batch(holding.validation(), 0, 6))
        .usingRecursiveComparison()
        .isEqualTo(validation);
    assertThatThrownBy(() -> holding.batch(holding.train(), 0, 6))
        .isInstanceOf(DataException.class);
  }

  @Test
  void whatDoesNotFitOrIsDecodedAlreadyIsLeftAsItIs() throws IOException {
    Dataset streamed = dataset();
    assertThat(streamed.holding(5, 1000, new MemoryLimit(11 * IMAGE_BYTES - 1))).isSameAs(streamed);
    Dataset decoded = streamed.holding(1000, 1000, new MemoryLimit(60 * IMAGE_BYTES));
    assertThat(decoded.train().decoded()).isTrue();
    Dataset again = decoded.holding(5, 1000, new MemoryLimit(60 * IMAGE_BYTES));
    assertThat(again.train()).isSameAs(decoded.train());
  }

  /** 54 training and 6 validation images, none decoded. */
  private Dataset dataset() throws IOException {
    for (String part : List.of("train", "test")) {
      Path target = Files.createDirectories(folder.resolve(part).resolve("cat"));
      for (int i = 0; i < 60; i++) {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        image.setRGB(i % 8, i / 8, 0xFFFFFF);
        ImageIO.write(image, "png", target.resolve(i + ".png").toFile());
      }
    }
    SearchSpace space =
        new SearchSpace(
            "test",
            SIDE,
            3,
            1,
            new Stem(4, 3, 1),
            null,
            List.of(new StageSpace(4, 1, 1, 1, List.of(3), "1", "1", 4)),
            4,
            List.of(8));
    return Datasets.open(
        new DatasetSpec(
            null, new DatasetSpec.Directory(folder.toString(), DatasetSpec.Format.IMAGE_FOLDER)),
        space,
        new ParallelReads(2),
        new MemoryLimit(0));
  }

  private void deleteImages() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
