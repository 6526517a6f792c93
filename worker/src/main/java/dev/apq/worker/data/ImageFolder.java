package dev.apq.worker.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * JPEG and PNG files in one folder per class ({@code <class>/<name>.jpg}, the layout of ImageNet);
 * classes are numbered in order of folder name. Images are decoded when read.
 */
final class ImageFolder implements ImageSet {
  private static final int MAX_IMAGES = 20_000_000;

  private final Path directory;
  private final List<String> classNames;
  private final String[] names;
  private final int[] labels;
  private final ImageDecoder decoder;

  private ImageFolder(
      Path directory, List<String> classNames, String[] names, int[] labels, ImageDecoder decoder) {
    this.directory = directory;
    this.classNames = classNames;
    this.names = names;
    this.labels = labels;
    this.decoder = decoder;
  }

  /** Names of the class folders below {@code directory}, ascending. */
  static List<String> classNames(Path directory) {
    return list(directory).stream()
        .filter(Files::isDirectory)
        .map(ImageFolder::name)
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
    List<String> names = new ArrayList<>();
    int[] ends = new int[classNames.size()];
    for (int label = 0; label < ends.length; label++) {
      Path folder = directory.resolve(classNames.get(label));
      if (!Files.isDirectory(folder)) {
        throw new DataException(
            folder + " does not exist", "every part needs the same class folders");
      }
      list(folder).stream().map(ImageFolder::name).filter(ImageFolder::isImage).forEach(names::add);
      ends[label] = names.size();
      if (ends[label] == (label == 0 ? 0 : ends[label - 1])) {
        throw new DataException(
            folder + " holds no .jpg, .jpeg or .png file", "add images or remove the folder");
      }
      if (names.size() > MAX_IMAGES) {
        throw new DataException(
            directory + " holds more than " + MAX_IMAGES + " images", "use fewer images");
      }
    }
    int[] labels = new int[names.size()];
    for (int label = 0, image = 0; label < ends.length; label++) {
      while (image < ends[label]) {
        labels[image++] = label;
      }
    }
    return new ImageFolder(
        directory,
        classNames,
        names.toArray(String[]::new),
        labels,
        new ImageDecoder(channels, size));
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

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  static boolean isImage(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jpg") || lower.endsWith(".jpeg") || lower.endsWith(".png");
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int channels() {
    return decoder.channels();
  }

  @Override
  public int size() {
    return decoder.size();
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int index, byte[] target, int offset) {
    Path file = directory.resolve(classNames.get(labels[index])).resolve(names[index]);
    decoder.decode(file, target, offset);
  }
}
