package dev.apq.worker.stage;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.artifact.Json;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.FileLines;
import dev.apq.core.contract.WorkerSpec;
import dev.apq.core.space.Presets;
import dev.apq.core.space.SearchSpace;
import dev.apq.worker.export.ExportException;
import dev.apq.worker.profile.Profiler;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures the layers of a search space on this node, and says what came out. */
public final class ProfileRunner {
  private static final String THREADS = "OMP_NUM_THREADS";
  private static final int MAX_VALIDATED = 200;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final boolean terminal;
  private final StopSignal stop;

  /**
   * @param environment the process's environment
   * @param out where progress and files are shown
   * @param terminal whether {@code out} is a terminal
   * @param stop asked between networks
   */
  public ProfileRunner(
      Map<String, String> environment, PrintStream out, boolean terminal, StopSignal stop) {
    this.environment = environment;
    this.out = out;
    this.terminal = terminal;
    this.stop = stop;
  }

  /**
   * What to do.
   *
   * @param specFile path of {@code spec.json}; null if a preset is named
   * @param preset name of a preset search space; null if there is a specification
   * @param folder for the results
   * @param name of the table; null for the space's
   * @param budgetSeconds to be done within
   * @param validate networks to compare the table with, 0 for none
   * @param send whether to print the results as lines of text at the end
   */
  public record Options(
      @Nullable Path specFile,
      @Nullable String preset,
      Path folder,
      @Nullable String name,
      int budgetSeconds,
      int validate,
      boolean send) {}

  /**
   * Measures.
   *
   * @return the process's exit status
   */
  public ExitCode run(Options options) {
    try {
      SearchSpace space = space(options).requireValid();
      Profiler.Outcome outcome = profile(options, space);
      out.printf(
          Locale.ROOT,
          "%s: %d rows, %s%n",
          options.folder().resolve(Profiler.TABLE),
          outcome.rows(),
          Double.isNaN(outcome.kendallTau())
              ? "not validated"
              : String.format(
                  Locale.ROOT,
                  "Kendall tau %.3f and mean relative error %.1f %% on %d random networks",
                  outcome.kendallTau(),
                  100 * outcome.meanRelativeError(),
                  options.validate()));
      if (options.send()) {
        send(options);
      }
      return ExitCode.DONE;
    } catch (Profiler.StoppedException e) {
      return fail(ExitCode.STOPPED, "stopped on request", "start it again: it continues");
    } catch (Profiler.BudgetException e) {
      String remedy = "raise --budget-seconds; what is measured is kept in the folder";
      return fail(ExitCode.INTERNAL, e.getMessage(), remedy);
    } catch (ExportException e) {
      return fail(ExitCode.INTERNAL, e.getMessage(), e.remedy());
    } catch (InvalidArtifactException | IllegalArgumentException e) {
      return fail(ExitCode.BAD_SPEC, e.getMessage(), "correct the specification or the options");
    } catch (NoSuchFileException e) {
      return fail(ExitCode.BAD_SPEC, e.getMessage() + " does not exist", "name a specification");
    } catch (IOException e) {
      String remedy = "check that the folder can be written and is not full";
      return fail(ExitCode.STORAGE_UNAVAILABLE, e.toString(), remedy);
    }
  }

  private Profiler.Outcome profile(Options options, SearchSpace space) throws IOException {
    String name = options.name();
    Profiler.Request request =
        new Profiler.Request(
            space,
            name == null ? space.name() : name,
            options.folder(),
            Integer.parseInt(environment.getOrDefault(THREADS, "1")),
            within("--budget-seconds", options.budgetSeconds(), 1, 86_400),
            within("--validate", options.validate(), 0, MAX_VALIDATED));
    ProgressReporter progress =
        new ProgressReporter(options.folder(), "profile", out, terminal, System::nanoTime);
    return new Profiler(request, progress::step, stop::requested, System::nanoTime).run();
  }

  private static SearchSpace space(Options options) throws IOException {
    Path file = options.specFile();
    String preset = options.preset();
    if ((file == null) == (preset == null)) {
      throw new IllegalArgumentException("exactly one of --spec and --preset is needed");
    }
    if (file != null) {
      return Json.read(file, WorkerSpec.class, WorkerSpec.MAX_BYTES).space();
    }
    return Presets.named(String.valueOf(preset))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no preset '" + preset + "'; there are " + Presets.names()));
  }

  private void send(Options options) throws IOException {
    List<String> files = new ArrayList<>(List.of(Profiler.TABLE, Profiler.METADATA));
    if (options.validate() > 1) {
      files.add(Profiler.VALIDATION);
    }
    FileLines.write(
        options.folder(), FileLines.entries(options.folder(), files), 0, Long.MAX_VALUE, out);
  }

  private static int within(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(option + " must be within " + min + ".." + max);
    }
    return value;
  }

  private ExitCode fail(ExitCode exitCode, @Nullable String error, String remedy) {
    out.println();
    out.println("error: " + error);
    out.println("remedy: " + remedy);
    return exitCode;
  }
}
