package dev.apq.operator.search;

import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.Timing;
import dev.apq.core.search.SearchAnswer;
import dev.apq.core.search.SearchInputs;
import dev.apq.core.search.WarmStart;
import dev.apq.core.space.SearchSpace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one search: checkpoint while it runs; answer, with all it was computed from, when it is
 * done.
 *
 * @param folder where they lie
 */
public record SearchStore(Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(SearchStore.class);
  private static final String CHECKPOINT = "checkpoint.json";
  private static final int MAX_CHECKPOINT_BYTES = 64 << 20;

  /** The answer's file. */
  public Path result() {
    return folder.resolve(SearchAnswer.FILE_NAME);
  }

  /**
   * The stored answer to a plan. One that cannot be read, is of other inputs or holds policies
   * outside the space counts as none: computing it again gives the same.
   *
   * @throws StoreUnavailableException if the artifact store is away
   */
  public Optional<SearchState.Found> find(SearchPlan plan) throws StoreUnavailableException {
    if (!StoredFiles.exists(result())) {
      return Optional.empty();
    }
    try {
      byte[] bytes = read(result(), SearchAnswer.MAX_BYTES);
      SearchAnswer answer = Json.read(bytes, SearchAnswer.class);
      if (!answer.inputDigest().equals(plan.inputDigest())) {
        return Optional.empty();
      }
      check(answer.best(), plan.space());
      for (SearchAnswer.Point point : answer.candidates()) {
        check(point, plan.space());
      }
      for (SearchAnswer.Point point : answer.front()) {
        check(point, plan.space());
      }
      return Optional.of(
          new SearchState.Found(answer, Digests.sha256(bytes), Timing.read(folder).wallSeconds()));
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is unusable and will be computed again: {}", result(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Stores the answer; what it was computed from and its timing first. */
  void save(SearchPlan plan, SearchAnswer answer, double seconds) throws IOException {
    AtomicFiles.write(
        folder.resolve(SearchInputs.HARDWARE_FILE_NAME), plan.hardware().description());
    if (!plan.start().policies().isEmpty()) {
      AtomicFiles.write(folder.resolve(WarmStart.FILE_NAME), plan.start().bytes());
    }
    AtomicFiles.write(folder.resolve(SearchInputs.FILE_NAME), plan.inputs().bytes());
    Timing.ofSeconds(seconds).write(folder);
    AtomicFiles.write(result(), Json.bytes(answer));
    Files.deleteIfExists(folder.resolve(CHECKPOINT));
  }

  /** Stores a checkpoint and the time spent so far. */
  void checkpoint(byte[] state, double seconds) throws IOException {
    AtomicFiles.write(folder.resolve(CHECKPOINT), state);
    Timing.ofSeconds(seconds).write(folder);
  }

  /** The last checkpoint, if there is one of an acceptable size. */
  Optional<byte[]> checkpoint() throws IOException {
    Path file = folder.resolve(CHECKPOINT);
    return StoredFiles.exists(file)
        ? Optional.of(read(file, MAX_CHECKPOINT_BYTES))
        : Optional.empty();
  }

  /** Time spent before this process took over, in seconds. */
  double secondsSpent() {
    return Timing.read(folder).wallSeconds();
  }

  private static void check(SearchAnswer.Point point, SearchSpace space)
      throws InvalidArtifactException {
    point.policy().requireMember(space);
    if (!point.policy().digest().equals(point.digest())) {
      throw new InvalidArtifactException("a policy does not match its digest");
    }
  }

  private static byte[] read(Path file, int maxBytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new InvalidArtifactException(file + " is larger than " + maxBytes + " bytes");
      }
      return bytes;
    }
  }
}
