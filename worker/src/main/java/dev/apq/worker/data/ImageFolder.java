package dev.apq.worker.data;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * JPEG and PNG files in one folder per class ({@code <class>/<name>.jpg}, the layout of ImageNet);
 * classes are numbered in order of folder name. Images are decoded when read, scaled so that the
 * shorter side fits and cropped in the middle.
 */
final class ImageFolder implements ImageSet {
  private static final int MAX_IMAGES = 20_000_000;
  private static final long MAX_PIXELS = 100_000_000;

  private final List<Path> files;
  private final int[] labels;
  private final int channels;
  private final int size;

  private ImageFolder(List<Path> files, int[] labels, int channels, int size) {
    this.files = files;
    this.labels = labels;
    this.channels = channels;
    this.size = size;
  }

  /** Names of the class folders below {@code directory}, ascending. */
  static List<String> classNames(Path directory) {
    return list(directory).stream()
        .filter(Files::isDirectory)
        .map(path -> path.getFileName().toString())
        .filter(name -> !name.startsWith("."))
        .toList();
  }

  /**
   * Lists the images; nothing is decoded yet.
   *
   * @param classNames folders, in order of class
   * @param channels 1 for grey, 3 for colour
   * @param size height and width that images are brought to
   */
  static ImageFolder open(Path directory, List<String> classNames, int channels, int size) {
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      Path folder = directory.resolve(classNames.get(label));
      if (!Files.isDirectory(folder)) {
        throw new DataException(
            folder + " does not exist", "every part needs the same class folders");
      }
      int before = files.size();
      for (Path file : list(folder)) {
        if (isImage(file)) {
          files.add(file);
          labels.add(label);
        }
      }
      if (files.size() == before) {
        throw new DataException(
            folder + " holds no .jpg, .jpeg or .png file", "add images or remove the folder");
      }
      if (files.size() > MAX_IMAGES) {
        throw new DataException(
            directory + " holds more than " + MAX_IMAGES + " images", "use fewer images");
      }
    }
    return new ImageFolder(
        files, labels.stream().mapToInt(Integer::intValue).toArray(), channels, size);
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw new DataException(
          directory + " cannot be listed: " + e.getMessage(),
          "check the data set's path and that its volume is mounted",
          e);
    }
  }

  private static boolean isImage(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".jpg") || name.endsWith(".jpeg") || name.endsWith(".png");
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    BufferedImage image = fit(decode(files.get(index)));
    int area = size * size;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int rgb = image.getRGB(x, y);
        int red = rgb >> 16 & 0xFF;
        int green = rgb >> 8 & 0xFF;
        int blue = rgb & 0xFF;
        int pixel = offset + y * size + x;
        if (channels == 1) {
          target[pixel] = (byte) ((299 * red + 587 * green + 114 * blue + 500) / 1000);
        } else {
          target[pixel] = (byte) red;
          target[pixel + area] = (byte) green;
          target[pixel + 2 * area] = (byte) blue;
        }
      }
    }
  }

  private BufferedImage fit(BufferedImage image) {
    if (image.getWidth() == size && image.getHeight() == size) {
      return image;
    }
    int side = Math.min(image.getWidth(), image.getHeight());
    int x = (image.getWidth() - side) / 2;
    int y = (image.getHeight() - side) / 2;
    BufferedImage scaled = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    graphics.drawImage(image, 0, 0, size, size, x, y, x + side, y + side, null);
    graphics.dispose();
    return scaled;
  }

  private static BufferedImage decode(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw corrupt(file, "is neither a JPEG nor a PNG image");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
          throw corrupt(file, "has more than " + MAX_PIXELS + " pixels");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new DataException(
          file + " cannot be decoded: " + e.getMessage(), "replace or remove the file", e);
    }
  }

  private static DataException corrupt(Path file, String problem) {
    return new DataException(file + " " + problem, "replace or remove the file");
  }
}
