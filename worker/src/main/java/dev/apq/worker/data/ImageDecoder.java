package dev.apq.worker.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG and PNG files to square images of one size: the middle of the image, scaled so that
 * its shorter side fits.
 *
 * @param channels 1 for grey, 3 for colour
 * @param size height and width of the result
 */
record ImageDecoder(int channels, int size) {
  private static final long MAX_PIXELS = 400_000_000;

  /** The most that JPEG can say, and little enough for a row of PNG. */
  private static final int MAX_SIDE = 65_535;

  /** More do not go into a byte: of 1 bit each, all equal and deflated, there are 8,256 in PNG. */
  private static final long MAX_PIXELS_PER_BYTE = 10_000;

  private static final String REMEDY = "replace or remove the file";

  /** Larger images are read coarsely, so that a thread never holds more pixels than this. */
  private static final long PIXELS_IN_MEMORY = 8_000_000;

  /**
   * Writes {@code channels * size * size} bytes, in channel, row, column order.
   *
   * @throws DataException naming the file, if it is missing, empty, truncated or no image, or needs
   *     more memory than a real one would
   */
  void decode(Path file, byte[] target, int offset) {
    BufferedImage image = fit(read(file));
    int area = size * size;
    for (int pixel = 0; pixel < area; pixel++) {
      int rgb = image.getRGB(pixel % size, pixel / size);
      int red = rgb >> 16 & 0xFF;
      int green = rgb >> 8 & 0xFF;
      int blue = rgb & 0xFF;
      if (channels == 1) {
        target[offset + pixel] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
      } else {
        target[offset + pixel] = (byte) red;
        target[offset + pixel + area] = (byte) green;
        target[offset + pixel + 2 * area] = (byte) blue;
      }
    }
  }

  /** Halves as long as possible, which averages, before the last step, which interpolates. */
  private BufferedImage fit(BufferedImage original) {
    int side = Math.min(original.getWidth(), original.getHeight());
    int x = (original.getWidth() - side) / 2;
    int y = (original.getHeight() - side) / 2;
    if (side == size && original.getWidth() == original.getHeight()) {
      return original;
    }
    BufferedImage image = original;
    while (side >= 2 * size) {
      int half = side / 2;
      image = scale(image, x, y, 2 * half, half, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      side = half;
      x = 0;
      y = 0;
    }
    return scale(image, x, y, side, size, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
  }

  private static BufferedImage scale(
      BufferedImage image, int x, int y, int side, int newSide, Object interpolation) {
    BufferedImage scaled = new BufferedImage(newSide, newSide, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
    graphics.drawImage(image, 0, 0, newSide, newSide, x, y, x + side, y + side, null);
    graphics.dispose();
    return scaled;
  }

  private static BufferedImage read(Path file) {
    try (ImageInputStream in = open(file)) {
      if (PngText.isHuge(in)) {
        throw new DataException(file + " holds more text than an image would", REMEDY);
      }
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new DataException(file + " is neither a JPEG nor a PNG image", REMEDY);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, false);
        return read(file, reader);
      } finally {
        reader.dispose();
      }
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Its decoders throw what damaged bytes lead them to.
      throw new DataException(file + " cannot be decoded: " + e.getMessage(), REMEDY, e);
    }
  }

  private static ImageInputStream open(Path file) throws IOException {
    try {
      if (Files.size(file) == 0) {
        throw new DataException(file + " is empty", REMEDY);
      }
    } catch (NoSuchFileException e) {
      throw new DataException(
          file + " does not exist any more", "do not change the data set during a run", e);
    }
    return ImageIO.createImageInputStream(file.toFile());
  }

  private static BufferedImage read(Path file, ImageReader reader) throws IOException {
    long pixels = requirePlausible(file, reader.getWidth(0), reader.getHeight(0));
    ImageReadParam parameters = reader.getDefaultReadParam();
    int every = (int) Math.ceil(Math.sqrt((double) pixels / PIXELS_IN_MEMORY));
    parameters.setSourceSubsampling(Math.max(1, every), Math.max(1, every), 0, 0);
    AtomicReference<@Nullable String> truncated = new AtomicReference<>();
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (saysTruncated(warning)) {
            truncated.set(warning);
          }
        });
    BufferedImage image = readAnyColours(reader, parameters);
    if (truncated.get() != null) {
      throw new DataException(file + " is truncated: " + truncated.get(), REMEDY);
    }
    return image;
  }

  /** Checks what the header declares before anything is allocated for it; returns the pixels. */
  private static long requirePlausible(Path file, int width, int height) throws IOException {
    long pixels = (long) width * height;
    if (pixels > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
      throw new DataException(
          String.format(
              "%s has %dx%d pixels; at most %d are read, of sides up to %d",
              file, width, height, MAX_PIXELS, MAX_SIDE),
          REMEDY);
    }
    long bytes = Files.size(file);
    if (pixels > bytes * MAX_PIXELS_PER_BYTE) {
      throw new DataException(
          String.format(
              "%s is truncated: %d bytes cannot hold %dx%d pixels", file, bytes, width, height),
          REMEDY);
    }
    return pixels;
  }

  /** The decoder of JPEG fills what is missing with grey and only warns. */
  private static boolean saysTruncated(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    return text.contains("premature end") || text.contains("truncated");
  }

  private static BufferedImage readAnyColours(ImageReader reader, ImageReadParam parameters)
      throws IOException {
    return PrintColours.applyTo(reader)
        ? PrintColours.read(reader, parameters)
        : reader.read(0, parameters);
  }
}
