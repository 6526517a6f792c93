package dev.apq.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Opens artifact stores, of whichever kind, as folders. */
public final class ArtifactStores {
  /**
   * Objects below a folder of an S3 store that is moved or copied, and direct entries of one that
   * is listed; with more, that fails.
   */
  public static final int MOST_OBJECTS = 200_000;

  private ArtifactStores() {}

  /**
   * The folder that a URI names: {@code file:///…}, or {@code s3://<bucket>/<prefix>}. Nothing is
   * read yet. Of an S3 store nothing above the folder can be reached through it.
   *
   * @param environment how S3 is reached, see {@link StoreSettings}
   * @param retries what to do when S3 does not answer
   * @throws IllegalArgumentException if the URI or the environment is no usable one
   */
  public static Path open(URI uri, Map<String, String> environment, Retries retries) {
    return StoreLocation.names(uri)
        ? open(StoreLocation.of(uri), StoreSettings.of(environment), retries)
        : local(uri);
  }

  /** The folder at a location of S3; otherwise as {@link #open(URI, Map, Retries)}. */
  public static Path open(StoreLocation location, StoreSettings settings, Retries retries) {
    ObjectStore objects =
        new S3Objects(location.bucket(), settings, retries, MOST_OBJECTS, S3Objects.PAGE);
    return new StoreFileSystem(location, objects, retries).getPath("/");
  }

  /**
   * The files below a folder of an S3 store, at any depth, in the order of their keys; asks for
   * nothing but listings.
   *
   * @return paths below {@code folder}
   * @throws IOException if there are more than {@value #MOST_OBJECTS}
   * @throws java.nio.file.InvalidPathException if a key is no path below the folder
   */
  public static List<Path> filesBelow(Path folder) throws IOException {
    return StoreFileSystemProvider.filesBelow(folder);
  }

  private static Path local(URI uri) {
    try {
      return Path.of(uri);
    } catch (FileSystemNotFoundException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "a store is named file:///<folder> or s3://<bucket>/<prefix>", e);
    }
  }
}
