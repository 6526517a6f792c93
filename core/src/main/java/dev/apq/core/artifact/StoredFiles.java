package dev.apq.core.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Questions about files of an artifact store. */
public final class StoredFiles {
  private StoredFiles() {}

  /**
   * What a file, a folder or a link is, links not followed; empty if there is none. Unlike {@link
   * Files#exists} it does not take a store that cannot be reached for one that is empty.
   *
   * @throws StoreUnavailableException if that cannot be told now
   */
  public static Optional<BasicFileAttributes> attributes(Path file)
      throws StoreUnavailableException {
    try {
      return Optional.of(
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a file, a folder or a link exists.
   *
   * @throws StoreUnavailableException as {@link #attributes}
   */
  public static boolean exists(Path file) throws StoreUnavailableException {
    return attributes(file).isPresent();
  }

  /** Whether a file system has no rename and no appending, and each request to it costs. */
  public static boolean remote(Path file) {
    return file.getFileSystem() instanceof PublishingFileSystem;
  }
}
