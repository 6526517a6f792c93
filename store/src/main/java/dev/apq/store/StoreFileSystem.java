package dev.apq.store;

import dev.apq.core.artifact.PublishingFileSystem;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;

/** What lies below one prefix of a bucket, as a file system. */
final class StoreFileSystem extends FileSystem implements PublishingFileSystem {
  private final StoreLocation location;
  private final ObjectStore objects;
  private final Retries retries;
  private final StoreFileSystemProvider provider = new StoreFileSystemProvider();

  StoreFileSystem(StoreLocation location, ObjectStore objects, Retries retries) {
    this.location = location;
    this.objects = objects;
    this.retries = retries;
  }

  StoreLocation location() {
    return location;
  }

  ObjectStore objects() {
    return objects;
  }

  Retries retries() {
    return retries;
  }

  /** The key of a path's object, or of the objects below it with a slash added. */
  String key(StorePath path) {
    String key = path.key();
    return location.prefix().isEmpty() || key.isEmpty()
        ? location.prefix() + key
        : location.prefix() + "/" + key;
  }

  @Override
  public void publish(byte[] content, Path target) throws IOException {
    objects.put(key(StoreFileSystemProvider.stored(target)), content);
  }

  @Override
  public void publish(Path localFile, Path target) throws IOException {
    objects.put(key(StoreFileSystemProvider.stored(target)), localFile);
  }

  @Override
  public Path getPath(String first, String... more) {
    String text = location.text();
    boolean uri = first.equals(text) || first.startsWith(text + "/");
    String own = uri ? "/" + first.substring(text.length()) : first;
    return new StorePath(this, Path.of(own, more));
  }

  @Override
  public StoreFileSystemProvider provider() {
    return provider;
  }

  /** Does nothing: it holds nothing open. */
  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public String getSeparator() {
    return "/";
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    return List.of(getPath("/"));
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    return List.of();
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return Set.of("basic");
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw new UnsupportedOperationException("patterns of paths in an object store");
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException("owners of objects");
  }

  @Override
  public WatchService newWatchService() {
    throw new UnsupportedOperationException("an object store cannot be watched");
  }
}
