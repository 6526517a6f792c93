package dev.apq.worker.stage;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.apq.core.artifact.AtomicFiles;
import dev.apq.core.artifact.Digests;
import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoredFiles;
import dev.apq.core.contract.StoreLayout;
import dev.apq.core.contract.VerifyReport;
import dev.apq.worker.verification.TunedNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The candidates that a verification has finished, so that an interrupted one continues with the
 * next. A file counts only for the inputs it was made from, and its network only with its digest.
 */
final class CandidateFiles {
  private static final int MAX_BYTES = 1 << 16;

  private final Path folder;
  private final String inputDigest;

  CandidateFiles(Path folder, String inputDigest) {
    this.folder = folder.resolve("candidates");
    this.inputDigest = inputDigest;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Finished(
      String inputDigest, VerifyReport.Candidate candidate, @Nullable String network) {}

  /** What was found out about a candidate before. */
  Optional<VerifyReport.Candidate> find(int index) throws IOException {
    try {
      if (!StoredFiles.exists(entry(index))) {
        return Optional.empty();
      }
      Finished finished = Json.read(entry(index), Finished.class, MAX_BYTES);
      boolean usable =
          finished.inputDigest().equals(inputDigest)
              && (finished.network() == null
                  || StoredFiles.exists(network(index))
                      && Digests.sha256(network(index)).equals(finished.network()));
      return usable ? Optional.of(finished.candidate()) : Optional.empty();
    } catch (InvalidArtifactException e) {
      return Optional.empty();
    }
  }

  /** Whether the networks of finished candidates are still there. */
  boolean exist() {
    return Files.isDirectory(folder);
  }

  /**
   * Finds out whether a candidate's files are what they were when it was finished.
   *
   * @param candidate as it was then, without test images
   * @throws InvalidArtifactException naming the file that is not
   */
  void require(int index, VerifyReport.Candidate candidate) throws IOException {
    if (!StoredFiles.exists(entry(index))) {
      throw new InvalidArtifactException(entry(index) + " is missing");
    }
    Finished finished = Json.read(entry(index), Finished.class, MAX_BYTES);
    byte[] expected = Json.bytes(new Finished(inputDigest, candidate, finished.network()));
    if ((finished.network() == null) != (candidate.validation() == null)
        || !Arrays.equals(Files.readAllBytes(entry(index)), expected)) {
      throw new InvalidArtifactException(
          entry(index) + " differs from " + StoreLayout.VERIFICATION);
    }
    if (finished.network() != null
        && !(StoredFiles.exists(network(index))
            && Digests.sha256(network(index)).equals(finished.network()))) {
      throw new InvalidArtifactException(
          network(index) + " is missing or differs from what " + entry(index) + " says");
    }
  }

  /** Keeps a candidate that could be measured. */
  void keep(int index, VerifyReport.Candidate candidate, TunedNetwork tuned) throws IOException {
    Files.createDirectories(folder);
    tuned.write(network(index));
    write(index, candidate, Digests.sha256(network(index)));
  }

  /** Keeps the reason why a candidate could not be measured. */
  void skip(int index, VerifyReport.Candidate candidate) throws IOException {
    write(index, candidate, null);
  }

  private void write(int index, VerifyReport.Candidate candidate, @Nullable String network)
      throws IOException {
    AtomicFiles.write(entry(index), Json.bytes(new Finished(inputDigest, candidate, network)));
  }

  /** The fine-tuned network of a candidate that was kept. */
  Path network(int index) {
    return folder.resolve(index + ".safetensors");
  }

  private Path entry(int index) {
    return folder.resolve(index + ".json");
  }
}
