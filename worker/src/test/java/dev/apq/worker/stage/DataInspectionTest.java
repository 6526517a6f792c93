package dev.apq.worker.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.core.contract.CollectionSpec;
import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.PredictorSpec;
import dev.apq.core.contract.QuantizationSpec;
import dev.apq.core.contract.Quantizer;
import dev.apq.core.contract.RecipeSpec;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.supernet.TinySpaces;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataInspectionTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
  private final DataInspection inspection =
      new DataInspection(
          new PrintStream(printed, true, StandardCharsets.UTF_8),
          new PrintStream(logged, true, StandardCharsets.UTF_8));

  @Test
  void describesPartsAndDrawsASheet() throws IOException {
    Path sheet = folder.resolve("sheet.png");
    assertThat(inspection.inspect(spec(new DatasetSpec("digits", null)), null, sheet))
        .isEqualTo(ExitCode.DONE);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("10 classes, 1 channels, 8 pixels")
        .containsPattern("train +1197 images")
        .containsPattern("validation +300 images")
        .containsPattern("test +300 images")
        .containsPattern("of each class: (\\d+ ){9}\\d+\n");
    BufferedImage image = ImageIO.read(sheet.toFile());
    assertThat(image.getWidth()).isEqualTo(100);
    assertThat(image.getHeight()).isEqualTo(100);
    for (int row = 0; row < 10; row++) {
      assertThat(brightest(image, row)).as("row " + row).isGreaterThan(200);
    }
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    String missing = folder.resolve("missing").toString();
    DatasetSpec dataset =
        new DatasetSpec(null, new DatasetSpec.Directory(missing, DatasetSpec.Format.IDX));
    assertThat(inspection.inspect(spec(dataset), null, null)).isEqualTo(ExitCode.INPUT_UNUSABLE);
    assertThat(logged.toString(StandardCharsets.UTF_8)).contains(missing, "remedy: ");
    assertThat(printed.size()).isZero();
    assertThat(inspection.inspect(folder.resolve("none.json"), null, null))
        .isEqualTo(ExitCode.BAD_SPEC);
  }

  @Test
  void theImagesMayLieElsewhereOnThisMachine() throws IOException {
    Path images = folder.resolve("here");
    for (int image = 0; image < 200; image++) {
      Path label = Files.createDirectories(images.resolve("class" + image % 10));
      var picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      ImageIO.write(picture, "png", label.resolve(image + ".png").toFile());
    }
    DatasetSpec inThePod =
        new DatasetSpec(
            null, new DatasetSpec.Directory("/apq/data", DatasetSpec.Format.IMAGE_FOLDER));
    assertThat(inspection.inspect(spec(inThePod), images.toString(), null))
        .isEqualTo(ExitCode.DONE);
    assertThat(printed.toString(StandardCharsets.UTF_8)).containsPattern("train +162 images");
  }

  private static int brightest(BufferedImage image, int row) {
    int brightest = 0;
    for (int y = row * 10; y < row * 10 + 8; y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        brightest = Math.max(brightest, image.getRGB(x, y) & 0xFF);
      }
    }
    return brightest;
  }

  private Path spec(DatasetSpec dataset) throws IOException {
    WorkerSpec spec =
        new WorkerSpec(
            WorkerSpec.VERSION,
            1,
            TinySpaces.digits(),
            dataset,
            new RecipeSpec(1, 32, "0.004", "0.01", "0.1", "0", 1, null),
            new CollectionSpec(10, 10, 0, 1, 100, 64),
            new QuantizationSpec(Quantizer.PER_TENSOR, "0.001"),
            new PredictorSpec(16, 5, "0.001", 30, 1));
    return Files.write(folder.resolve("spec.json"), spec.canonicalJson());
  }
}
