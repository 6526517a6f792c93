package dev.apq.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects by key: all that the artifact store asks of S3. Every method fails with {@link
 * dev.apq.core.artifact.StoreUnavailableException} when the store cannot be reached or refuses.
 */
interface ObjectStore {
  /**
   * What is known of an object without reading it.
   *
   * @param size in bytes
   * @param version changes with the content
   * @param modified when it was written
   */
  record Head(long size, String version, Instant modified) {}

  /**
   * An object's content from some offset on.
   *
   * @param in the content; ends early, or fails, when the connection is cut
   * @param left bytes that {@code in} should give
   * @param version of the content
   */
  record Body(InputStream in, long left, String version) implements Closeable {
    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** An object, or empty if there is none of this key. */
  Optional<Head> head(String key) throws IOException;

  /**
   * Content of an object.
   *
   * @param version what the object must still be; null for any
   * @throws java.nio.file.NoSuchFileException if there is none of this key and version
   */
  Body get(String key, long offset, @Nullable String version) throws IOException;

  /** Creates or replaces an object. */
  void put(String key, byte[] content) throws IOException;

  /** Creates or replaces an object with a local file's content. */
  void put(String key, Path file) throws IOException;

  /**
   * Creates or replaces an object with another's content.
   *
   * @throws java.nio.file.NoSuchFileException if there is none to copy
   */
  void copy(String from, String to) throws IOException;

  /** Removes an object, if there is one. */
  void delete(String key) throws IOException;

  /** Whether any key has a prefix. */
  boolean any(String prefix) throws IOException;

  /**
   * All keys with a prefix, in order.
   *
   * @throws IOException if there are more than a list may hold
   */
  List<String> list(String prefix) throws IOException;

  /**
   * The direct entries below a prefix, in no order: a key without a further slash, or what further
   * keys begin with, up to and with their next slash. What lies below these is not counted.
   *
   * @param prefix empty, or ends with a slash
   * @throws IOException if there are more than a list may hold
   */
  Set<String> entries(String prefix) throws IOException;
}
