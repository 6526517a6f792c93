package dev.apq.kubectl.transfer;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.FileLines;
import dev.apq.core.contract.Manifest;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Fetched files on their way to a folder: nothing appears under its final name before everything
 * has been checked.
 */
public final class Download implements AutoCloseable {
  private final Path target;
  private final Path temporary;

  private Download(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
  }

  /**
   * Prepares a folder, which is made if it does not exist.
   *
   * @throws PluginException if it holds something and {@code overwrite} is false
   */
  public static Download to(Path target, boolean overwrite) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> content = Files.list(target)) {
      if (!overwrite && content.findAny().isPresent()) {
        throw new PluginException(
            ExitStatus.USAGE,
            target + " is not empty",
            "name another folder, or replace its files with --overwrite");
      }
    }
    return new Download(target, Files.createTempDirectory(target, ".pull-"));
  }

  /**
   * Fetches files and takes them apart.
   *
   * @param paths see {@link Artifacts#fetch}
   * @return the files' paths
   */
  public List<String> fetch(Artifacts artifacts, List<String> paths, long maxBytes)
      throws IOException {
    Path joined = temporary.resolve(".content");
    List<FileLines.Entry> files;
    try (OutputStream content = Files.newOutputStream(joined)) {
      files = artifacts.fetch(paths, maxBytes, content);
    }
    try (InputStream content = new BufferedInputStream(Files.newInputStream(joined))) {
      for (FileLines.Entry file : files) {
        AtomicFiles.write(
            temporary.resolve(file.path()), out -> copy(content, file.size(), out, file.path()));
      }
    }
    Files.delete(joined);
    return files.stream().map(FileLines.Entry::path).toList();
  }

  private static void copy(InputStream content, long size, OutputStream out, String path)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (long left = size; left > 0; ) {
      int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new InvalidArtifactException(path + " is shorter than announced");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  /** Adds a file of known content. */
  public void add(String name, byte[] content) throws IOException {
    AtomicFiles.write(temporary.resolve(name), content);
  }

  /**
   * Checks a file against the digest that the API says.
   *
   * @throws InvalidArtifactException if it differs
   */
  public void check(String path, String digest) throws IOException {
    String actual = Digests.sha256(temporary.resolve(path));
    if (!actual.equals(digest)) {
      throw new InvalidArtifactException(
          path + " has the digest " + actual + ", but the status says " + digest);
    }
  }

  /**
   * Checks a sealed folder: its manifest against the digest that the API says, its files against
   * the manifest.
   *
   * @throws InvalidArtifactException naming the file that differs
   */
  public void checkSealed(String folder, String manifestDigest) throws IOException {
    check(folder + "/" + Manifest.FILE_NAME, manifestDigest);
    Path sealed = temporary.resolve(folder);
    Manifest manifest =
        Manifest.read(sealed)
            .orElseThrow(() -> new InvalidArtifactException(folder + " has no manifest"));
    Optional<String> damaged = manifest.firstDamagedFile(sealed);
    if (damaged.isPresent()) {
      throw new InvalidArtifactException(
          folder + "/" + damaged.get() + " is not what the manifest says");
    }
  }

  /**
   * Moves the checked files to the folder, without the stage's folder in their names.
   *
   * @param names final name by path
   * @return digest by final name
   */
  public Map<String, String> publish(Map<String, String> names) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (Map.Entry<String, String> name : new TreeMap<>(names).entrySet()) {
      Path from = temporary.resolve(name.getKey());
      Path to = target.resolve(name.getValue());
      Files.createDirectories(to.getParent());
      digests.put(name.getValue(), Digests.sha256(from));
      AtomicFiles.publish(from, to);
    }
    return digests;
  }

  /** Removes what has not been published. */
  @Override
  public synchronized void close() {
    if (!Files.exists(temporary)) {
      return;
    }
    List<Path> all = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(temporary)) {
      tree.sorted(Comparator.reverseOrder()).forEach(all::add);
      for (Path path : all) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + temporary, e);
    }
  }
}
