package dev.apq.worker.stage;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.FileLines;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Path;
import java.util.List;

/**
 * Sends files of an artifact folder as lines of text, so that whoever may read a container's log
 * can fetch them; see {@link FileLines}.
 */
public final class ArtifactSender {
  private final PrintStream out;

  /** Sends to {@code out}. */
  public ArtifactSender(PrintStream out) {
    this.out = out;
  }

  /**
   * Sends a part of the stream that the files make.
   *
   * @param store URI of the artifact folder
   * @param paths files, or folders with a manifest, below it
   * @param offset where in the stream to begin
   * @param limit bytes to send at most
   */
  public ExitCode send(URI store, List<String> paths, long offset, long limit) {
    try {
      Path root = Path.of(store);
      FileLines.write(root, FileLines.entries(root, paths), offset, limit, out);
      return ExitCode.DONE;
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      return fail(
          ExitCode.USAGE,
          store + ": " + e.getMessage(),
          "give an absolute file URI and no negative number");
    } catch (InvalidArtifactException e) {
      return fail(
          ExitCode.INPUT_UNUSABLE, String.valueOf(e.getMessage()), "name files that exist there");
    } catch (IOException e) {
      return fail(
          ExitCode.STORAGE_UNAVAILABLE,
          e.toString(),
          "check that the artifact volume is mounted and readable");
    }
  }

  private ExitCode fail(ExitCode exitCode, String error, String remedy) {
    out.println("error: " + error);
    out.println("remedy: " + remedy);
    return exitCode;
  }
}
