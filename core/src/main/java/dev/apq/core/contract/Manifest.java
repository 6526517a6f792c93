package dev.apq.core.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoredFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The seal of a finished stage or shard, written last: with it in place, with the expected input
 * digest and matching files, the stage never runs again. Holds no times, so that the same work
 * gives the same bytes.
 *
 * @param contractVersion see {@link WorkerSpec#VERSION}
 * @param stage the stage's folder name
 * @param shard shard index, or null for a whole stage
 * @param inputDigest what the artifacts were made from; see {@link StageInputs}
 * @param files sealed files by path below the manifest's folder
 * @param counts whole numbers worth reporting
 * @param summary short strings worth reporting
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Manifest(
    int contractVersion,
    String stage,
    @Nullable Integer shard,
    String inputDigest,
    Map<String, FileEntry> files,
    Map<String, Long> counts,
    Map<String, String> summary) {

  /** Name of the file. */
  public static final String FILE_NAME = "manifest.json";

  /** A manifest is refused when larger, in bytes; a stage of 10,000 shards needs 1.4 MB. */
  public static final int MAX_BYTES = 4 << 20;

  private static final Pattern SAFE_PATH =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,4}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if a part is missing or malformed, or a path could leave the
   *     folder
   */
  public Manifest {
    if (contractVersion != WorkerSpec.VERSION) {
      throw new IllegalArgumentException("manifest of contract version " + contractVersion);
    }
    if (stage == null
        || inputDigest == null
        || files == null
        || counts == null
        || summary == null) {
      throw new IllegalArgumentException(
          "a manifest needs stage, inputDigest, files, counts and summary");
    }
    files = sorted(files);
    counts = sorted(counts);
    summary = sorted(summary);
    for (String path : files.keySet()) {
      if (!isSafePath(path)) {
        throw new IllegalArgumentException("unsafe file path in manifest: '" + path + "'");
      }
    }
  }

  /**
   * A sealed file.
   *
   * @param sha256 {@code sha256:<hex>} of its content
   * @param size its length in bytes
   */
  public record FileEntry(String sha256, long size) {

    /**
     * @throws IllegalArgumentException if the digest is malformed or the size negative
     */
    public FileEntry {
      if (sha256 == null || !DIGEST.matcher(sha256).matches() || size < 0) {
        throw new IllegalArgumentException("bad file entry: " + sha256 + ", " + size + " bytes");
      }
    }

    /** The entry of a file as it is now. */
    public static FileEntry of(Path file) throws IOException {
      return new FileEntry(Digests.sha256(file), Files.size(file));
    }
  }

  /** Whether a path with slashes can only lead to a file below the folder it is resolved in. */
  public static boolean isSafePath(String path) {
    return SAFE_PATH.matcher(path).matches();
  }

  /** Deterministic bytes. */
  public byte[] bytes() {
    return Json.bytes(this);
  }

  /** {@code sha256:<hex>} of {@link #bytes()}. */
  public String digest() {
    return Digests.sha256(bytes());
  }

  /** Publishes this manifest in a folder; call after every listed file is in place. */
  public void write(Path folder) throws IOException {
    AtomicFiles.write(folder.resolve(FILE_NAME), bytes());
  }

  /**
   * The manifest of a folder, or empty if there is none.
   *
   * @throws InvalidArtifactException if it is malformed
   */
  public static Optional<Manifest> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    return StoredFiles.exists(file)
        ? Optional.of(Json.read(file, Manifest.class, MAX_BYTES))
        : Optional.empty();
  }

  /**
   * The first listed file that is missing or differs from its entry, or empty if all match. Reads
   * every file.
   */
  public Optional<String> firstDamagedFile(Path folder) throws IOException {
    for (Map.Entry<String, FileEntry> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      var found = StoredFiles.attributes(path);
      if (found.isEmpty()
          || !found.get().isRegularFile()
          || found.get().size() != file.getValue().size()
          || !Digests.sha256(path).equals(file.getValue().sha256())) {
        return Optional.of(file.getKey());
      }
    }
    return Optional.empty();
  }

  private static <V> SortedMap<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }
}
