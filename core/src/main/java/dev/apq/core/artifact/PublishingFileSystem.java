package dev.apq.core.artifact;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file system that cannot rename but lets a file appear whole: an object store. {@link
 * AtomicFiles} writes through it.
 */
public interface PublishingFileSystem {
  /**
   * Creates or replaces {@code target}; a reader sees the old content or the new.
   *
   * @throws IOException if it cannot be written; then the old content, or none, is still there
   */
  void publish(byte[] content, Path target) throws IOException;

  /**
   * Creates or replaces {@code target} with a local file's content.
   *
   * @throws IOException as {@link #publish(byte[], Path)}
   */
  void publish(Path localFile, Path target) throws IOException;
}
