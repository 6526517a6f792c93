package dev.apq.worker.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which parts an image folder names.
 *
 * @param train class folders to train on
 * @param validation class folders to measure on, or null
 * @param test class folders for the final test, or null
 */
record FolderParts(Path train, @Nullable Path validation, @Nullable Path test) {

  /**
   * Looks for {@code train/}, {@code val/} and {@code test/}; without {@code train/} the folder
   * itself holds the classes. Of two, the one beside {@code train/} is the test part. A {@code
   * test/} without class folders, as ImageNet has, is not labelled and is left alone.
   */
  static FolderParts of(Path directory) {
    Path train = directory.resolve("train");
    if (!Files.isDirectory(train)) {
      return new FolderParts(directory, null, null);
    }
    Path val = labelled(directory.resolve("val"));
    Path test = labelled(directory.resolve("test"));
    if (val == null && Files.isDirectory(directory.resolve("val"))) {
      throw new DataException(
          directory.resolve("val") + " has no class folders",
          "move its images into the folders of their classes, named as those of train/");
    }
    return test == null ? new FolderParts(train, null, val) : new FolderParts(train, val, test);
  }

  private static @Nullable Path labelled(Path part) {
    return Files.isDirectory(part) && !ImageFolder.classNames(part).isEmpty() ? part : null;
  }

  /** Class names, in order of class. */
  List<String> classNames() {
    List<String> names = ImageFolder.classNames(train);
    if (names.isEmpty()) {
      throw new DataException(
          train + " has no class folders", "put the images of each class into a folder of its own");
    }
    return names;
  }
}
