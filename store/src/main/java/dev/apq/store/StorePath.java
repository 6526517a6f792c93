package dev.apq.store;

import java.io.IOException;
import java.net.URI;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/**
 * A path in a store. Its root is the store's: whatever it is made of, no absolute path leads out.
 * How names are joined, split and compared is left to a path of the default file system.
 */
final class StorePath implements Path {
  private final StoreFileSystem store;
  private final Path path;

  StorePath(StoreFileSystem store, Path path) {
    this.store = store;
    this.path = path;
  }

  /** Names from the store's root on, joined by slashes; empty for the root itself. */
  String key() {
    return toAbsolutePath().path.normalize().toString().substring(1);
  }

  private StorePath of(Path other) {
    return new StorePath(store, other);
  }

  private @Nullable StorePath ofNullable(@Nullable Path other) {
    return other == null ? null : of(other);
  }

  private Path same(Path other) {
    if (other instanceof StorePath that && that.store == store) {
      return that.path;
    }
    throw new ProviderMismatchException(other + " is not in " + store.location().text());
  }

  @Override
  public StoreFileSystem getFileSystem() {
    return store;
  }

  @Override
  public boolean isAbsolute() {
    return path.isAbsolute();
  }

  @Override
  public @Nullable Path getRoot() {
    return ofNullable(path.getRoot());
  }

  @Override
  public @Nullable Path getFileName() {
    return ofNullable(path.getFileName());
  }

  @Override
  public @Nullable Path getParent() {
    return ofNullable(path.getParent());
  }

  @Override
  public int getNameCount() {
    return path.getNameCount();
  }

  @Override
  public Path getName(int index) {
    return of(path.getName(index));
  }

  @Override
  public Path subpath(int begin, int end) {
    return of(path.subpath(begin, end));
  }

  @Override
  public boolean startsWith(Path other) {
    return other instanceof StorePath that && that.store == store && path.startsWith(that.path);
  }

  @Override
  public boolean endsWith(Path other) {
    return other instanceof StorePath that && that.store == store && path.endsWith(that.path);
  }

  @Override
  public Path normalize() {
    return of(path.normalize());
  }

  @Override
  public Path resolve(Path other) {
    return of(path.resolve(same(other)));
  }

  @Override
  public Path relativize(Path other) {
    return of(path.relativize(same(other)));
  }

  @Override
  public URI toUri() {
    String key = key();
    return URI.create(store.location().text() + (key.isEmpty() ? "" : "/" + encoded(key)));
  }

  private static String encoded(String key) {
    return java.net.URLEncoder.encode(key, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%2F", "/");
  }

  @Override
  public StorePath toAbsolutePath() {
    return path.isAbsolute() ? this : of(Path.of("/").resolve(path));
  }

  /** The same: there are no links in an object store. */
  @Override
  public Path toRealPath(LinkOption... options) {
    return toAbsolutePath().normalize();
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers)
      throws IOException {
    throw new UnsupportedOperationException("an object store cannot be watched");
  }

  @Override
  public int compareTo(Path other) {
    return path.compareTo(same(other));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StorePath that && that.store == store && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  /** For an absolute path its URI, which {@link StoreFileSystem#getPath} reads. */
  @Override
  public String toString() {
    return path.isAbsolute() ? store.location().text() + path : path.toString();
  }
}
