package dev.apq.store;

import dev.apq.core.contract.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Files as objects. A folder exists while there is something below it, so none is ever made. A file
 * is read as a stream, and written whole by {@link StoreFileSystem#publish}: a stream to write to
 * would publish half a file when its writer fails, and so there is none.
 */
final class StoreFileSystemProvider extends FileSystemProvider {
  static StorePath stored(Path path) {
    if (path instanceof StorePath stored) {
      return stored;
    }
    throw new ProviderMismatchException(path + " is not in an object store");
  }

  private static ObjectStore objects(StorePath path) {
    return path.getFileSystem().objects();
  }

  private static String key(StorePath path) {
    return path.getFileSystem().key(path);
  }

  /** What the keys below a folder begin with. */
  private static String below(StorePath folder) {
    String key = key(folder);
    return key.isEmpty() ? "" : key + "/";
  }

  @Override
  public String getScheme() {
    return StoreLocation.SCHEME;
  }

  @Override
  public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
    StorePath file = stored(path);
    return new ObjectStream(objects(file), key(file), file.getFileSystem().retries());
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (!type.isAssignableFrom(ObjectAttributes.class)) {
      throw new UnsupportedOperationException(type + " of objects");
    }
    StorePath file = stored(path);
    boolean root = file.key().isEmpty();
    Optional<ObjectStore.Head> head = root ? Optional.empty() : objects(file).head(key(file));
    if (head.isEmpty() && !objects(file).any(below(file)) && !root) {
      throw new NoSuchFileException(file.toString());
    }
    return type.cast(new ObjectAttributes(head.orElse(null)));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    readAttributes(path, BasicFileAttributes.class);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
    StorePath folder = stored(dir);
    String prefix = below(folder);
    Set<String> names = new TreeSet<>();
    for (String key : objects(folder).entries(prefix)) {
      // Consoles make an empty object for a folder.
      if (!key.equals(prefix)) {
        names.add(key.substring(prefix.length()).split("/", 2)[0]);
      }
    }
    List<Path> entries = new ArrayList<>();
    for (String name : names) {
      Path entry = dir.resolve(name);
      if (filter.accept(entry)) {
        entries.add(entry);
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return entries.iterator();
      }

      @Override
      public void close() {}
    };
  }

  static List<Path> filesBelow(Path dir) throws IOException {
    StorePath folder = stored(dir);
    String prefix = below(folder);
    List<Path> files = new ArrayList<>();
    for (String key : objects(folder).list(prefix)) {
      String name = key.substring(prefix.length());
      // Consoles make an empty object for a folder.
      if (!name.isEmpty() && !name.endsWith("/")) {
        Path file = folder.resolve(name);
        if (!key(stored(file)).equals(key)) {
          throw new InvalidPathException(key, folder + " holds a key that is no path");
        }
        files.add(file);
      }
    }
    return files;
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attributes) {
    stored(dir);
  }

  @Override
  public void delete(Path path) throws IOException {
    StorePath file = stored(path);
    objects(file).delete(key(file));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    StorePath to = stored(target);
    if (!Arrays.asList(options).contains(StandardCopyOption.REPLACE_EXISTING)
        && objects(to).head(key(to)).isPresent()) {
      throw new FileAlreadyExistsException(target.toString());
    }
    StorePath from = stored(source);
    objects(from).copy(key(from), key(to));
  }

  /**
   * Moves a file, or a folder file by file. At any moment in between a folder that has a manifest
   * has all of its files: manifests are copied last and deleted first.
   */
  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    StorePath from = stored(source);
    StorePath to = stored(target);
    // By the folder's slash: neighbours may begin with its name.
    List<String> keys = new ArrayList<>(objects(from).list(below(from)));
    if (!from.key().isEmpty() && objects(from).head(key(from)).isPresent()) {
      keys.add(key(from));
    }
    if (keys.isEmpty()) {
      throw new NoSuchFileException(source.toString());
    }
    keys.sort((a, b) -> Boolean.compare(seals(a), seals(b)));
    for (String key : keys) {
      objects(from).copy(key, key(to) + key.substring(key(from).length()));
    }
    Collections.reverse(keys);
    for (String key : keys) {
      objects(from).delete(key);
    }
  }

  private static boolean seals(String key) {
    return key.endsWith("/" + Manifest.FILE_NAME);
  }

  @Override
  public boolean isSameFile(Path path, Path other) {
    return path.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public OutputStream newOutputStream(Path path, OpenOption... options) {
    throw unsupported("writing piece by piece; use AtomicFiles");
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
    throw unsupported("channels; read with Files.newInputStream, write with AtomicFiles");
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw unsupported("opening by URI; use ArtifactStores");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw unsupported("opening by URI; use ArtifactStores");
  }

  @Override
  public Path getPath(URI uri) {
    throw unsupported("opening by URI; use ArtifactStores");
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw unsupported("file stores");
  }

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return null;
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
    throw unsupported("attributes by name");
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options) {
    throw unsupported("setting attributes");
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("an object store does not support " + what);
  }
}
