package dev.apq.worker.data;

import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.DatasetSpec.Format;
import dev.apq.store.ArtifactStores;
import dev.apq.store.Retries;
import dev.apq.store.StoreLocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Copies of data sets that lie in S3, on this machine's disk. Every object is read once, however
 * often its image is decoded; memory holds one buffer a thread and the list of keys. Nothing is
 * ever written to the bucket.
 */
final class DataCopies {
  /** Waits for the server dominate, not this process's cores. */
  private static final int THREADS = 16;

  private static final int MOST_FILES = 200_000;
  private static final Set<Path> ROOTS = ConcurrentHashMap.newKeySet();

  private final Map<String, String> environment;
  private final Retries retries;

  /**
   * @param environment how S3 is reached, as for the artifact store
   * @param retries what to do when it does not answer
   */
  DataCopies(Map<String, String> environment, Retries retries) {
    this.environment = environment;
    this.retries = retries;
  }

  /**
   * Copies those files below a URI that belong to a format.
   *
   * @return the folder of the copies; its path ends with bucket and prefix, so that what is said of
   *     a file names its object
   * @throws DataException if there are none, too many, or no room for them
   * @throws UncheckedIOException if S3 cannot be reached or refuses
   */
  Path of(URI uri, Format format) {
    Path source = open(uri);
    List<Path> files = list(source, uri, format);
    StoreLocation location = StoreLocation.of(uri);
    Path target = root().resolve(location.bucket()).resolve(location.prefix());
    new ParallelReads(THREADS)
        .each(files.size(), i -> copy(files.get(i), target(source, files.get(i), target)));
    return target;
  }

  /** Removes all copies that this process made, as far as that is possible. */
  static void delete() {
    for (Path root : ROOTS) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
        ROOTS.remove(root);
      } catch (IOException | UncheckedIOException e) {
        // It lies among temporary files.
      }
    }
  }

  private Path open(URI uri) {
    try {
      return ArtifactStores.open(uri, environment, retries);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "the data set cannot be opened: " + e.getMessage(),
          "name it s3://<bucket>/<prefix>; APQ_STORE_S3_* and AWS_* say how S3 is reached",
          e);
    }
  }

  private static List<Path> list(Path source, URI uri, Format format) {
    List<Path> files;
    try {
      files =
          ArtifactStores.filesBelow(source, MOST_FILES).stream()
              .filter(file -> belongs(source.relativize(file).toString(), format))
              .toList();
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    } catch (IOException e) {
      throw new DataException(
          String.valueOf(e.getMessage()),
          "name a prefix with fewer objects, or put so many files on a claim",
          e);
    }
    if (files.isEmpty()) {
      throw new DataException(
          uri + " holds no file of a data set in that format",
          "check dataset.directory.uri and .format; image-folder has train/<class>/<image> below"
              + " the prefix, the others have their files right below it");
    }
    return files;
  }

  /** What lies beside a data set, such as the archive that it comes from, is not copied. */
  private static boolean belongs(String file, Format format) {
    return switch (format) {
      case IMAGE_FOLDER -> ImageFolder.isImage(file);
      case CIFAR10_BINARY -> file.matches("(data_batch_[0-9]+|test_batch)\\.bin");
      case IDX -> file.matches("(train|t10k)-(images-idx3|labels-idx1)-ubyte(\\.gz)?");
    };
  }

  private static Path target(Path source, Path file, Path target) {
    return target.resolve(source.relativize(file).toString());
  }

  private static Path root() {
    try {
      Path root = Files.createTempDirectory("apq-data");
      ROOTS.add(root);
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path file, Path target) {
    try (InputStream in = Files.newInputStream(file)) {
      Files.createDirectories(target.getParent());
      Files.copy(in, target);
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be copied to " + target + ": " + e.getMessage(),
          "do not change objects during a run, and give the Pods enough ephemeral storage for the"
              + " data set, or put it on a claim",
          e);
    }
  }

  private static UncheckedIOException unavailable(StoreUnavailableException e) {
    return new UncheckedIOException(
        new StoreUnavailableException(
            "data set: " + e.getMessage(),
            e.remedy()
                + "; a data set is read with the credentials of the artifact store, which must"
                + " allow to list and get its objects too",
            e));
  }
}
