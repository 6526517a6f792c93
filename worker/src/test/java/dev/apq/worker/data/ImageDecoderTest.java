package dev.apq.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {
  @TempDir private Path folder;

  @Test
  void takesTheMiddleAndAveragesWhenItShrinks() throws IOException {
    // Left and right quarter black, the middle a fine chequerboard.
    BufferedImage image = new BufferedImage(128, 64, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 64; y++) {
      for (int x = 32; x < 96; x++) {
        image.setRGB(x, y, (x + y) % 2 == 0 ? 0xFFFFFF : 0);
      }
    }
    byte[] grey = decode(image, 1, 8);
    for (byte value : grey) {
      assertThat(value & 0xFF).isCloseTo(127, within(4));
    }
  }

  @Test
  void enlargesSmallImages() throws IOException {
    BufferedImage image = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
    for (int pixel = 0; pixel < 6; pixel++) {
      image.setRGB(pixel % 2, pixel / 2, 0x102030);
    }
    byte[] colour = decode(image, 3, 5);
    assertThat(colour).hasSize(75);
    assertThat(colour[0]).isEqualTo((byte) 0x10);
    assertThat(colour[25]).isEqualTo((byte) 0x20);
    assertThat(colour[74]).isEqualTo((byte) 0x30);
  }

  @Test
  void readsTheColoursOfPrint() throws IOException {
    // Adobe's marker means that all four colours are stored inverted.
    assertRed(withAdobeMarker(print(new int[] {255, 0, 0, 255}), 0), 1);
    assertRed(withAdobeMarker(print(new int[] {255, 0, 0, 128}), 0), 0.5);
    // Red is (76, 85, 255) in YCbCr; inverted cyan, magenta and yellow are (255, 0, 0).
    assertRed(withAdobeMarker(print(new int[] {179, 171, 0, 255}), 2), 1);
  }

  /** The text of a PNG is inflated by ImageIO before it reads the image. */
  @Test
  void whatDeclaresMoreThanItHoldsIsRefusedBeforeItIsAllocated() throws IOException {
    assertRefused(png(399_000_000, 1, "tEXt", new byte[9]), "has 399000000x1 pixels");
    assertRefused(png(30_000, 30_000, "tEXt", new byte[9]), "has 30000x30000 pixels");
    assertRefused(png(20_000, 19_000, "tEXt", new byte[9]), "bytes cannot hold 20000x19000 pixels");
    byte[] huge = deflated(5 << 20);
    assertThat(huge).hasSizeLessThan(10_000);
    assertRefused(png(8, 8, "zTXt", joined(new byte[] {'k', 0, 0}, huge)), "holds more text");
    byte[] international = {'k', 0, 1, 0, 'e', 'n', 0, 'k', 0};
    assertRefused(png(8, 8, "iTXt", joined(international, huge)), "holds more text");
    assertRefused(png(8, 8, "zTXt", new byte[(1 << 20) + 1]), "holds more text");

    byte[] small = joined(new byte[] {'k', 0, 0}, deflated(1000));
    Path file = Files.write(folder.resolve("small.png"), png(8, 8, "zTXt", small));
    new ImageDecoder(3, 8).decode(file, new byte[3 * 64], 0);
  }

  private void assertRefused(byte[] image, String problem) throws IOException {
    Path file = Files.write(folder.resolve("hostile.png"), image);
    assertThatThrownBy(() -> new ImageDecoder(3, 8).decode(file, new byte[3 * 64], 0))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }

  /** A black image that says that it has so many pixels, of which it has 64. */
  private static byte[] png(int width, int height, String type, byte[] chunk) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(bytes);
    png.writeLong(0x89504E470D0A1A0AL);
    byte[] eightBitGrey = {8, 0, 0, 0, 0};
    byte[] sides = ByteBuffer.allocate(8).putInt(width).putInt(height).array();
    writeChunk(png, "IHDR", joined(sides, eightBitGrey));
    writeChunk(png, type, chunk);
    writeChunk(png, "IDAT", deflated(8 * 9));
    writeChunk(png, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void writeChunk(DataOutputStream png, String type, byte[] chunk)
      throws IOException {
    byte[] checked = joined(type.getBytes(StandardCharsets.US_ASCII), chunk);
    CRC32 checksum = new CRC32();
    checksum.update(checked);
    png.writeInt(chunk.length);
    png.write(checked);
    png.writeInt((int) checksum.getValue());
  }

  private static byte[] deflated(int zeros) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(new byte[zeros]);
    }
    return bytes.toByteArray();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private void assertRed(byte[] jpeg, double brightness) throws IOException {
    Path file = Files.write(folder.resolve("print.jpg"), jpeg);
    byte[] pixels = new byte[3 * 64];
    new ImageDecoder(3, 8).decode(file, pixels, 0);
    assertThat(pixels[0] & 0xFF).isCloseTo((int) (255 * brightness), within(5));
    assertThat(pixels[64] & 0xFF).isLessThan(6);
    assertThat(pixels[128] & 0xFF).isLessThan(6);
  }

  private static byte[] print(int[] bands) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 8, 8, 4, null);
    for (int pixel = 0; pixel < 64; pixel++) {
      raster.setPixel(pixel % 8, pixel / 8, bands);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(new IIOImage(raster, null, null));
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] withAdobeMarker(byte[] jpeg, int transform) {
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    marked.write(jpeg, 0, 2);
    marked.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xEE, 0, 14});
    marked.writeBytes("Adobe".getBytes(StandardCharsets.US_ASCII));
    marked.writeBytes(new byte[] {0, 100, 0, 0, 0, 0, (byte) transform});
    marked.write(jpeg, 2, jpeg.length - 2);
    return marked.toByteArray();
  }

  private byte[] decode(BufferedImage image, int channels, int size) throws IOException {
    Path file = folder.resolve("image.png");
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
    byte[] pixels = new byte[channels * size * size];
    new ImageDecoder(channels, size).decode(file, pixels, 0);
    return pixels;
  }
}
