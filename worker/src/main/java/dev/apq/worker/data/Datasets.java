package dev.apq.worker.data;

import dev.apq.core.contract.DatasetSpec;
import dev.apq.core.space.SearchSpace;
import dev.apq.store.Retries;
import dev.apq.store.StoreLocation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Opens the data set of a specification.
 *
 * <p>The parts do not depend on the user's seed. What the publisher names is kept: {@code test/}
 * and {@code val/} of an image folder ({@code val/} alone is the test part, as in ImageNet), {@code
 * t10k} of IDX, {@code test_batch.bin}. A part that is not named is drawn from the training images,
 * see {@link Split}. Images that do not fit into memory are decoded when they are needed.
 */
public final class Datasets {
  private static final int S3_ATTEMPTS = 9;
  private static final TemporaryFolders COPIES = new TemporaryFolders();

  private Datasets() {}

  /** As {@link #open(DatasetSpec, SearchSpace, Consumer)}, logging nothing. */
  public static Dataset open(DatasetSpec spec, SearchSpace space) {
    return open(spec, space, line -> {});
  }

  /**
   * Opens a data set for a space. One in S3 is copied to this machine first, with the settings and
   * credentials of the process's environment.
   *
   * @param log takes a line now and then on how far the copy is
   * @throws DataException if it is missing, corrupt or does not fit the space's resolution,
   *     channels or classes
   * @throws java.io.UncheckedIOException if S3 cannot be reached or refuses
   */
  public static Dataset open(DatasetSpec spec, SearchSpace space, Consumer<String> log) {
    DataCopies copies =
        new DataCopies(
            System.getenv(), Retries.growing(S3_ATTEMPTS), COPIES, log, System::nanoTime);
    return open(
        here(spec, copies),
        space,
        ParallelReads.of(System.getenv()),
        MemoryLimit.ofHeap(Runtime.getRuntime().maxMemory()));
  }

  /** The data set in a folder of this machine. */
  static DatasetSpec here(DatasetSpec spec, DataCopies copies) {
    DatasetSpec.Directory directory = spec.directory();
    if (directory == null || directory.uri() == null) {
      return spec;
    }
    try {
      URI uri = URI.create(directory.uri());
      Path folder = StoreLocation.names(uri) ? copies.of(uri, directory.format()) : Path.of(uri);
      return spec.at(folder.toString());
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "dataset.directory.uri: " + e.getMessage(),
          "name it s3://<bucket>/<prefix> or file:///<folder>",
          e);
    }
  }

  /** Removes what this process copied from S3. */
  public static void deleteCopies() {
    COPIES.delete();
  }

  static Dataset open(
      DatasetSpec spec, SearchSpace space, ParallelReads reads, MemoryLimit memory) {
    Dataset dataset =
        spec.directory() == null ? builtin(spec, space) : directory(spec, space, reads, memory);
    require("resolution", space.resolution(), dataset.train().size());
    require("inputChannels", space.inputChannels(), dataset.train().channels());
    require("classes", space.classes(), dataset.classes());
    return dataset;
  }

  /**
   * Whether so many images of a space would be held in memory by this process.
   *
   * @see Dataset#holding
   */
  public static boolean fitsInMemory(long images, SearchSpace space) {
    long bytes = images * space.inputChannels() * space.resolution() * space.resolution();
    return bytes <= MemoryLimit.ofHeap(Runtime.getRuntime().maxMemory()).bytes();
  }

  /** How many of so many published training images measure subnets. */
  public static int validationImages(int published) {
    return Split.validationOf(published);
  }

  /** Evenly spaced images of a set. */
  public static ImageSet some(int count, ImageSet all) {
    int used = Math.min(count, all.count());
    int[] indices =
        IntStream.range(0, used).map(i -> (int) ((long) i * all.count() / used)).toArray();
    return Subset.of(all, indices, 0, used);
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

  private static Dataset directory(
      DatasetSpec spec, SearchSpace space, ParallelReads reads, MemoryLimit memory) {
    DatasetSpec.Directory source = Objects.requireNonNull(spec.directory());
    Path path = Path.of(Objects.requireNonNull(source.path()));
    if (!Files.isDirectory(path)) {
      throw new DataException(
          path + " is not a directory",
          "check dataset.directory.path and that its volume is mounted and readable");
    }
    return switch (source.format()) {
      case IMAGE_FOLDER -> imageFolder(path, space, reads, memory);
      case CIFAR10_BINARY -> {
        Cifar10Binary files = new Cifar10Binary(path, memory);
        yield Dataset.of(Split.of(files.train(), null, files.test()), 10, reads);
      }
      case IDX -> {
        Idx files = new Idx(path, memory);
        ImageSet train = files.read("train", space.classes());
        ImageSet test = files.read("t10k", space.classes());
        yield Dataset.of(Split.of(train, null, test), space.classes(), reads);
      }
    };
  }

  private static Dataset imageFolder(
      Path path, SearchSpace space, ParallelReads reads, MemoryLimit memory) {
    FolderParts parts = FolderParts.of(path);
    List<String> classes = parts.classNames();
    Function<Path, ImageSet> open =
        part -> ImageFolder.open(part, classes, space.inputChannels(), space.resolution());
    ImageSet train = open.apply(parts.train());
    ImageSet validation = parts.validation() == null ? null : open.apply(parts.validation());
    ImageSet test = parts.test() == null ? null : open.apply(parts.test());
    Split split = Split.of(train, validation, test);
    long left = memory.bytes();
    ImageSet validationImages = preload(split.validation(), reads, left);
    left -= validationImages == split.validation() ? 0 : bytes(split.validation());
    ImageSet trainImages = preload(split.train(), reads, left);
    return Dataset.of(
        new Split(trainImages, validationImages, split.test(), split.rule()),
        classes.size(),
        reads);
  }

  private static long bytes(ImageSet images) {
    return (long) images.count() * images.imageBytes();
  }

  /** The images decoded, if they fit; otherwise as they are, decoded whenever they are read. */
  private static ImageSet preload(ImageSet images, ParallelReads reads, long limit) {
    if (bytes(images) > limit) {
      return images;
    }
    return HeldImages.first(images.count(), images, reads);
  }
}
