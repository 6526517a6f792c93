package dev.apq.worker.stage;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.worker.data.DataException;
import dev.apq.worker.tensor.DivergedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the commands share that people run beside a training: they read its specification, and say
 * what was wrong and what to do.
 */
final class SpecCommand {
  private final PrintStream errors;

  /**
   * @param errors where failures are told
   */
  SpecCommand(PrintStream errors) {
    this.errors = errors;
  }

  /** What a command does with the specification. */
  interface Work {
    void with(WorkerSpec spec) throws IOException;
  }

  /**
   * Reads a specification and does the work.
   *
   * @return the process's exit status
   */
  ExitCode run(Path specFile, Work work) {
    WorkerSpec spec;
    try {
      spec = Json.read(specFile, WorkerSpec.class, WorkerSpec.MAX_BYTES);
    } catch (NoSuchFileException e) {
      return fail(ExitCode.BAD_SPEC, specFile + " does not exist", "name a specification");
    } catch (InvalidArtifactException e) {
      return fail(ExitCode.BAD_SPEC, e.getMessage(), "correct the specification");
    } catch (IOException e) {
      return fail(ExitCode.BAD_SPEC, e.toString(), "check that the file can be read");
    }
    return run(spec, work);
  }

  private ExitCode run(WorkerSpec spec, Work work) {
    try {
      withMemory(spec, work);
      return ExitCode.DONE;
    } catch (StageException e) {
      return fail(e.exitCode(), e.getMessage(), e.failure().remedy());
    } catch (DataException e) {
      return fail(ExitCode.INPUT_UNUSABLE, e.getMessage(), e.remedy());
    } catch (DivergedException e) {
      // The rate is not the specification's: with one of its own a command names the field itself.
      return fail(
          ExitCode.BAD_SPEC,
          "a measured step diverged: " + e.getMessage(),
          "set recipe.precision to float32; if it is, name a search space with fewer blocks");
    } catch (IllegalArgumentException e) {
      return fail(ExitCode.BAD_SPEC, e.getMessage(), "correct the specification or the options");
    } catch (UncheckedIOException e) {
      return away(Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      return away(e);
    }
  }

  private static void withMemory(WorkerSpec spec, Work work) throws IOException {
    try {
      work.with(spec);
    } catch (RuntimeException | OutOfMemoryError e) {
      if (MemoryShortage.explains(e)) {
        throw MemoryShortage.failure(spec, e);
      }
      throw e;
    }
  }

  private ExitCode away(IOException problem) {
    return problem instanceof StoreUnavailableException store
        ? fail(ExitCode.STORAGE_UNAVAILABLE, store.getMessage(), store.remedy())
        : fail(
            ExitCode.STORAGE_UNAVAILABLE,
            problem.toString(),
            "check that the files can be accessed and that the disk is not full");
  }

  private ExitCode fail(ExitCode exitCode, @Nullable String error, String remedy) {
    errors.println("error: " + error);
    errors.println("remedy: " + remedy);
    return exitCode;
  }
}
