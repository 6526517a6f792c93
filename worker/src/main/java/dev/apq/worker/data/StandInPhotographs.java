package dev.apq.worker.data;

import dev.apq.core.random.RandomStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** JPEG files to time the decoder with, where the real ones are not at hand. */
public final class StandInPhotographs {
  private static final String CLASS = "any";
  private static final int BLOCK = 4;

  private StandInPhotographs() {}

  /**
   * Writes pictures 2.25 times as wide and 1.69 times as high as the resolution, the average shape
   * of ImageNet's at 224 pixels.
   *
   * @param folder to write to
   * @param resolution height and width that they are brought to
   */
  public static ImageSet write(Path folder, int count, int channels, int resolution)
      throws IOException {
    Path target = Files.createDirectories(folder.resolve(CLASS));
    for (int i = 0; i < count; i++) {
      ImageIO.write(
          picture(resolution * 9 / 4, resolution * 27 / 16, RandomStream.of(i)),
          "jpg",
          target.resolve(i + ".jpg").toFile());
    }
    return ImageFolder.open(folder, List.of(CLASS), channels, resolution);
  }

  /** Gradients with texture: as much to decode as in a photograph. */
  private static BufferedImage picture(int width, int height, RandomStream random) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y += BLOCK) {
      for (int x = 0; x < width; x += BLOCK) {
        int red = (200 * x / width + random.nextInt(48)) & 0xFF;
        int green = (200 * y / height + random.nextInt(48)) & 0xFF;
        int rgb = red << 16 | green << 8 | random.nextInt(128);
        for (int pixel = 0; pixel < BLOCK * BLOCK; pixel++) {
          int px = x + pixel % BLOCK;
          int py = y + pixel / BLOCK;
          if (px < width && py < height) {
            image.setRGB(px, py, rgb);
          }
        }
      }
    }
    return image;
  }
}
