package dev.apq.operator.store;

import dev.apq.core.artifact.Digests;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Digests of files that are looked at again and again: a file is read once for each size and
 * modification time it has had.
 */
@Singleton
public class FileDigests {
  private static final int CAPACITY = 50_000;

  private final Map<Path, Known> known =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Known> eldest) {
          return size() > CAPACITY;
        }
      };

  private record Known(long size, FileTime modified, @Nullable Object key, String digest) {}

  /**
   * {@code sha256:<hex>} of a regular file; symbolic links are not followed.
   *
   * @throws IOException if it is no regular file or cannot be read
   */
  public String sha256(Path file) throws IOException {
    return sha256(
        file, Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * The same of a file whose attributes were just read.
   *
   * @throws IOException if it is no regular file or cannot be read
   */
  public String sha256(Path file, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isRegularFile()) {
      throw new IOException(file + " is not a regular file");
    }
    synchronized (known) {
      Known before = known.get(file);
      if (before != null
          && before.size == attributes.size()
          && before.modified.equals(attributes.lastModifiedTime())
          && java.util.Objects.equals(before.key, attributes.fileKey())) {
        return before.digest;
      }
    }
    String digest = Digests.sha256(file);
    synchronized (known) {
      known.put(
          file,
          new Known(
              attributes.size(), attributes.lastModifiedTime(), attributes.fileKey(), digest));
    }
    return digest;
  }

  /** Forgets what lies below a folder, so that it is read again. */
  public void forget(Path folder) {
    synchronized (known) {
      known.keySet().removeIf(file -> file.startsWith(folder));
    }
  }
}
