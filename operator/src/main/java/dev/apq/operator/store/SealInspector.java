package dev.apq.operator.store;

import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.StoreLayout;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what lies in a stage's folder. Everything there was written by a worker image that a user
 * chose, so it is untrusted: bounded reads, digests, no links that lead elsewhere.
 */
@Singleton
public class SealInspector {
  private final FileDigests digests;

  /** With a shared memory of digests. */
  @Inject
  public SealInspector(FileDigests digests) {
    this.digests = digests;
  }

  /**
   * The verdict on a manifest and its files.
   *
   * @param seal the verdict
   * @param manifest the content, for a good one
   * @param writtenAt when it was written
   * @param problem what is wrong, for a corrupt one
   */
  public record Verdict(
      Seal seal,
      @Nullable Manifest manifest,
      @Nullable Instant writtenAt,
      @Nullable String problem) {
    static final Verdict NONE = new Verdict(Seal.NONE, null, null, null);

    static Verdict corrupt(String problem) {
      return new Verdict(Seal.CORRUPT, null, null, problem);
    }
  }

  /**
   * Shards of a stage, by verdict.
   *
   * @param good indexes of finished shards, ascending
   * @param corrupt indexes of corrupt shards, ascending
   * @param problem the first problem
   */
  public record Shards(List<Integer> good, List<Integer> corrupt, @Nullable String problem) {}

  /**
   * Judges a whole stage; for a sharded one its seal, every sealed shard and their files.
   *
   * @throws StoreUnavailableException if the store is away: then nothing is known, and nothing
   *     corrupt
   */
  public Verdict stage(StoreLayout layout, Stage stage, String inputDigest)
      throws StoreUnavailableException {
    Path folder = layout.stage(stage);
    Verdict verdict = folder(layout.root(), folder, stage, null, inputDigest);
    Manifest manifest = verdict.manifest();
    if (!stage.sharded() || manifest == null) {
      return verdict;
    }
    for (String file : manifest.files().keySet()) {
      Optional<Integer> shard = shardOf(file);
      if (shard.isEmpty()) {
        return Verdict.corrupt(folder.getFileName() + " seals '" + file + "', which is no shard");
      }
      Path shardFolder = layout.shard(stage, shard.get());
      Verdict inner = folder(layout.root(), shardFolder, stage, shard.get(), inputDigest);
      if (inner.seal() != Seal.GOOD) {
        return Verdict.corrupt(
            inner.problem() == null ? file + " is of other inputs" : inner.problem());
      }
    }
    return verdict;
  }

  /**
   * Judges every shard of a stage.
   *
   * @throws StoreUnavailableException as {@link #stage}
   */
  public Shards shards(StoreLayout layout, Stage stage, int count, String inputDigest)
      throws StoreUnavailableException {
    List<Integer> good = new ArrayList<>();
    List<Integer> corrupt = new ArrayList<>();
    String problem = null;
    for (int shard = 0; shard < count; shard++) {
      Verdict verdict =
          folder(layout.root(), layout.shard(stage, shard), stage, shard, inputDigest);
      if (verdict.seal() == Seal.GOOD) {
        good.add(shard);
      } else if (verdict.seal() == Seal.CORRUPT) {
        corrupt.add(shard);
        problem = problem == null ? verdict.problem() : problem;
      }
    }
    return new Shards(List.copyOf(good), List.copyOf(corrupt), problem);
  }

  private Verdict folder(
      Path root, Path folder, Stage stage, @Nullable Integer shard, String inputDigest)
      throws StoreUnavailableException {
    Path file = folder.resolve(Manifest.FILE_NAME);
    Optional<BasicFileAttributes> found = StoredFiles.attributes(file);
    if (found.isEmpty()) {
      return Verdict.NONE;
    }
    String name = root.relativize(file).toString();
    try {
      requireInside(root, file, found.get());
      Optional<Manifest> read = Manifest.read(folder);
      if (read.isEmpty() || !read.get().inputDigest().equals(inputDigest)) {
        return Verdict.NONE;
      }
      Manifest manifest = read.get();
      if (!manifest.stage().equals(stage.folder())
          || !java.util.Objects.equals(manifest.shard(), shard)) {
        return Verdict.corrupt(name + " is of another stage or shard");
      }
      Optional<String> damaged = firstDamagedFile(root, folder, manifest);
      return damaged.isPresent()
          ? Verdict.corrupt(damaged.get() + " does not match " + name)
          : new Verdict(Seal.GOOD, manifest, found.get().lastModifiedTime().toInstant(), null);
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      return Verdict.corrupt(name + ": " + e.getMessage());
    }
  }

  private Optional<String> firstDamagedFile(Path root, Path folder, Manifest manifest)
      throws IOException {
    for (Map.Entry<String, Manifest.FileEntry> entry : manifest.files().entrySet()) {
      Path file = folder.resolve(entry.getKey());
      String name = root.relativize(file).toString();
      Optional<BasicFileAttributes> found = StoredFiles.attributes(file);
      if (found.isEmpty() || !found.get().isRegularFile()) {
        return Optional.of(name);
      }
      requireInside(root, file, found.get());
      if (found.get().size() != entry.getValue().size()
          || !digests.sha256(file, found.get()).equals(entry.getValue().sha256())) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /** A worker could leave a link to another resource's folder. */
  private static void requireInside(Path root, Path file, BasicFileAttributes attributes)
      throws IOException {
    if (attributes.isSymbolicLink() || !file.toRealPath().startsWith(root.toRealPath())) {
      throw new IOException("is a link that leads elsewhere");
    }
  }

  private static Optional<Integer> shardOf(String file) {
    if (!file.matches("shard-[0-9]{5}/" + Manifest.FILE_NAME)) {
      return Optional.empty();
    }
    return Optional.of(Integer.parseInt(file.substring("shard-".length(), "shard-".length() + 5)));
  }
}
