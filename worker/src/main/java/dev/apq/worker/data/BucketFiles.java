package dev.apq.worker.data;

import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.DatasetSpec.Format;
import dev.apq.store.ArtifactStores;
import dev.apq.store.Retries;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files of a data set below a URI of S3. Nothing is ever written there.
 *
 * @param folder of the bucket
 * @param names paths below it, in the order of their keys
 */
record BucketFiles(Path folder, List<String> names) {
  /**
   * Lists the files that belong to a format.
   *
   * @param environment how S3 is reached, as for the artifact store
   * @param retries what to do when it does not answer
   * @throws DataException if there are none or too many, or a key is no path
   * @throws UncheckedIOException if S3 cannot be reached or refuses
   */
  static BucketFiles list(
      URI uri, Format format, Map<String, String> environment, Retries retries) {
    Path folder = open(uri, environment, retries);
    List<String> names;
    try {
      names =
          ArtifactStores.filesBelow(folder).stream()
              .map(file -> folder.relativize(file).toString())
              .filter(name -> belongs(name, format))
              .toList();
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    } catch (InvalidPathException e) {
      throw new DataException(
          String.valueOf(e.getMessage()),
          "give the object a key without empty parts, '.' and '..', or name a prefix without it",
          e);
    } catch (IOException e) {
      throw new DataException(
          String.valueOf(e.getMessage()),
          "name a prefix with fewer objects, or put so many files on a claim",
          e);
    }
    if (names.isEmpty()) {
      throw new DataException(
          uri + " holds no file of a data set in that format",
          "check dataset.directory.uri and .format; image-folder has train/<class>/<image> below"
              + " the prefix, the others have their files right below it");
    }
    return new BucketFiles(folder, names);
  }

  private static Path open(URI uri, Map<String, String> environment, Retries retries) {
    try {
      return ArtifactStores.open(uri, environment, retries);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "the data set cannot be opened: " + e.getMessage(),
          "name it s3://<bucket>/<prefix>; APQ_STORE_S3_* and AWS_* say how S3 is reached",
          e);
    }
  }

  /** What lies beside a data set, such as the archive that it comes from, is not part of it. */
  private static boolean belongs(String name, Format format) {
    return switch (format) {
      case IMAGE_FOLDER -> ImageFolder.isImage(name);
      case CIFAR10_BINARY -> name.matches("(data_batch_[0-9]+|test_batch)\\.bin");
      case IDX -> name.matches("(train|t10k)-(images-idx3|labels-idx1)-ubyte(\\.gz)?");
    };
  }

  /**
   * Copies a file below another folder.
   *
   * @return its bytes
   * @throws DataException if there is no room for it
   * @throws UncheckedIOException if S3 cannot be reached or refuses
   */
  long copy(String name, Path target) {
    Path file = folder.resolve(name);
    Path copy = target.resolve(name);
    try (InputStream in = Files.newInputStream(file)) {
      Files.createDirectories(copy.getParent());
      return Files.copy(in, copy);
    } catch (StoreUnavailableException e) {
      throw unavailable(e);
    } catch (IOException e) {
      throw new DataException(
          file + " cannot be copied to " + copy + ": " + e.getMessage(),
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
