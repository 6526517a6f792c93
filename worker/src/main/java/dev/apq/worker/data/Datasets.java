package dev.apq.worker.data;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.random.RandomStream;
import dev.apq.core.space.SearchSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Opens the data set of a specification.
 *
 * <p>The split does not depend on the user's seed. Where the publisher names a test part ({@code
 * test/} or {@code val/} of an image folder, {@code t10k} of IDX, {@code test_batch.bin}) it is the
 * test part; a flat image folder gives a tenth of its images to it. A tenth of the rest, at most
 * 10,000 images, is the validation part.
 */
public final class Datasets {
  private static final long SPLIT_SEED = 20;
  private static final int TENTH = 10;
  private static final int MAX_VALIDATION = 10_000;
  private static final long PRELOAD_BYTES = 1L << 29;

  private Datasets() {}

  /**
   * Opens a data set for a space.
   *
   * @throws DataException if it is missing, corrupt or does not fit the space's resolution,
   *     channels or classes
   */
  public static Dataset open(DatasetSpec spec, SearchSpace space) {
    Dataset dataset = spec.directory() == null ? builtin(spec, space) : directory(spec, space);
    require("resolution", space.resolution(), dataset.train().size());
    require("inputChannels", space.inputChannels(), dataset.train().channels());
    require("classes", space.classes(), dataset.classes());
    return dataset;
  }

  private static void require(String field, int inSpace, int inData) {
    if (inSpace != inData) {
      throw new DataException(
          "the search space has " + field + " " + inSpace + " but the data set has " + inData,
          "set searchSpace." + field + " to " + inData + " or choose another data set");
    }
  }

  private static Dataset builtin(DatasetSpec spec, SearchSpace space) {
    int resolution = space.resolution();
    if (resolution < HandwrittenDigits.SIZE) {
      throw new DataException(
          "the built-in digits need at least 8 pixels, the search space has " + resolution,
          "set searchSpace.resolution to 8 or more");
    }
    return switch (String.valueOf(spec.builtin())) {
      case "digits" -> HandwrittenDigits.centred(resolution);
      case "cluttered-digits" -> ClutteredDigits.generate(resolution);
      default ->
          throw new DataException(
              "there is no built-in data set '" + spec.builtin() + "'",
              "use digits or cluttered-digits, or name a directory");
    };
  }

  private static Dataset directory(DatasetSpec spec, SearchSpace space) {
    DatasetSpec.Directory source = Objects.requireNonNull(spec.directory());
    Path path = Path.of(source.path());
    if (!Files.isDirectory(path)) {
      throw new DataException(
          path + " is not a directory",
          "check dataset.directory.path and that its volume is mounted and readable");
    }
    return switch (source.format()) {
      case IMAGE_FOLDER -> imageFolder(path, space);
      case CIFAR10_BINARY -> {
        Cifar10Binary files = new Cifar10Binary(path);
        yield split(files.train(), files.test(), 10);
      }
      case IDX -> {
        Idx files = new Idx(path);
        yield split(
            files.read("train", space.classes()),
            files.read("t10k", space.classes()),
            space.classes());
      }
    };
  }

  private static Dataset imageFolder(Path path, SearchSpace space) {
    Path train = path.resolve("train");
    if (!Files.isDirectory(train)) {
      List<String> classes = ImageFolder.classNames(path);
      ImageSet all = folder(path, classes, space);
      int[] order = shuffled(all.count());
      int test = all.count() / TENTH;
      return split(
          Subset.of(all, order, test, order.length),
          Subset.of(all, order, 0, test),
          classes.size());
    }
    Path test =
        Files.isDirectory(path.resolve("test")) ? path.resolve("test") : path.resolve("val");
    List<String> classes = ImageFolder.classNames(train);
    return split(folder(train, classes, space), folder(test, classes, space), classes.size());
  }

  private static ImageSet folder(Path path, List<String> classes, SearchSpace space) {
    ImageFolder images = ImageFolder.open(path, classes, space.inputChannels(), space.resolution());
    if ((long) images.count() * images.imageBytes() > PRELOAD_BYTES) {
      return images;
    }
    byte[] pixels = new byte[images.count() * images.imageBytes()];
    IntStream.range(0, images.count())
        .parallel()
        .forEach(i -> images.read(i, pixels, i * images.imageBytes()));
    int[] labels = IntStream.range(0, images.count()).map(images::label).toArray();
    return new MemoryImages(images.channels(), images.size(), pixels, labels);
  }

  private static Dataset split(ImageSet rest, ImageSet test, int classes) {
    int validation = Math.min(rest.count() / TENTH, MAX_VALIDATION);
    if (validation < 1 || test.count() < 1) {
      throw new DataException(
          "the data set has " + rest.count() + " training and " + test.count() + " test images",
          "at least 10 images are needed for every part");
    }
    int[] order = shuffled(rest.count());
    return Dataset.of(
        Subset.of(rest, order, validation, order.length),
        Subset.of(rest, order, 0, validation),
        test,
        classes);
  }

  private static int[] shuffled(int count) {
    int[] order = IntStream.range(0, count).toArray();
    RandomStream.of(SPLIT_SEED).shuffle(order);
    return order;
  }
}
