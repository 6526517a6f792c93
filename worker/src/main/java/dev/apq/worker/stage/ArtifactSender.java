package dev.apq.worker.stage;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.FileLines;
import dev.apq.store.ArtifactStores;
import dev.apq.store.Retries;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Sends files of an artifact folder as lines of text, so that whoever may read a container's log
 * can fetch them; see {@link FileLines}.
 */
public final class ArtifactSender {
  private static final int STORE_ATTEMPTS = 5;

  private final Map<String, String> environment;
  private final PrintStream out;

  /**
   * @param environment the process's environment
   * @param out where the lines go
   */
  public ArtifactSender(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
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
      Path root = ArtifactStores.open(store, environment, Retries.growing(STORE_ATTEMPTS));
      FileLines.write(root, FileLines.entries(root, paths), offset, limit, out);
      return ExitCode.DONE;
    } catch (IllegalArgumentException e) {
      return fail(
          ExitCode.USAGE,
          String.valueOf(e.getMessage()),
          "give a file or s3 URI and no negative number");
    } catch (InvalidArtifactException e) {
      return fail(
          ExitCode.INPUT_UNUSABLE, String.valueOf(e.getMessage()), "name files that exist there");
    } catch (StoreUnavailableException e) {
      return fail(ExitCode.STORAGE_UNAVAILABLE, String.valueOf(e.getMessage()), e.remedy());
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
