package dev.apq.worker.stage;

import dev.apq.core.artifact.InvalidArtifactException;
import dev.apq.core.contract.ExitCode;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.cost.Metric;
import dev.apq.core.search.SearchAnswer;
import dev.apq.worker.data.DataException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes every number of a search's answer from its artifacts: the search is run again, its
 * costs are priced again, the networks are measured again, and the chosen one is exported again. A
 * file that is not what comes out is named.
 */
public final class AnswerCheck {
  private final PrintStream out;

  /** Reports to {@code out}. */
  public AnswerCheck(PrintStream out) {
    this.out = out;
  }

  /**
   * Checks.
   *
   * @param answer folder of the search's run, or what {@code status.results.uri} or {@code
   *     status.model.uri} says
   * @param supernet artifact folder of the supernet; null to look for it in the same namespace
   * @param tolerance images by which a count may differ on another kind of processor
   * @return the process's exit status
   */
  public ExitCode check(URI answer, @Nullable URI supernet, int tolerance) {
    try {
      Path run = run(Path.of(answer));
      SearchCheck.Checked search =
          new SearchCheck(run, supernet == null ? null : Path.of(supernet)).check();
      line(
          "search/result.json: the search was run again and gave the same bytes, "
              + search.answer().evaluations()
              + " policies, a front of "
              + search.answer().front().size());
      VerificationCheck verification = new VerificationCheck(run, search, tolerance);
      if (!verification.present()) {
        line("there is no verification; the accuracies are predictions");
        values(search, null);
      } else {
        VerificationCheck.Checked measured = verification.check(this::line);
        tell(measured);
        values(search, measured);
      }
      line("progress.json and timing.json hold times, which nothing can recompute");
      return ExitCode.DONE;
    } catch (StageException e) {
      return fail(e.exitCode(), String.valueOf(e.getMessage()), e.failure().remedy());
    } catch (DataException e) {
      return fail(ExitCode.INPUT_UNUSABLE, String.valueOf(e.getMessage()), e.remedy());
    } catch (FileSystemNotFoundException e) {
      return fail(ExitCode.USAGE, answer + ": " + e.getMessage(), "give an absolute file URI");
    } catch (InvalidArtifactException | IllegalArgumentException e) {
      return fail(
          ExitCode.INPUT_UNUSABLE, String.valueOf(e.getMessage()), "take the file from a copy");
    } catch (IOException | UncheckedIOException e) {
      return fail(
          ExitCode.STORAGE_UNAVAILABLE,
          e.toString(),
          "check that the artifact volume is mounted and readable");
    }
  }

  private static Path run(Path given) {
    Path folder = given.toAbsolutePath().normalize();
    for (Path run = folder; run != null; run = run.getParent()) {
      if (Files.exists(run.resolve(SearchCheck.FOLDER).resolve(SearchAnswer.FILE_NAME))) {
        return run;
      }
    }
    throw new StageException(
        ExitCode.USAGE,
        given + " holds no search/" + SearchAnswer.FILE_NAME,
        "give the folder of a search's run, or the URI in its status.model or status.results");
  }

  private void tell(VerificationCheck.Checked measured) {
    VerifyReport report = measured.report();
    long all = report.candidates().stream().filter(c -> c.validation() != null).count();
    line(
        "verify/verify.json: "
            + measured.remeasured()
            + " of "
            + all
            + " measured candidates were measured again on the validation images, and the chosen"
            + " one on the test images");
    line(
        measured.exported()
            ? "verify/model.onnx and the files beside it were exported again and gave the same bytes"
            : measured.manifest().summary().getOrDefault(VerifyReport.EXPORT_PROBLEM, "").isEmpty()
                ? "verify/model.onnx was run again; here it is exported with other bytes"
                : "there is no model.onnx: "
                    + measured.manifest().summary().get(VerifyReport.EXPORT_PROBLEM));
    line("verify/manifest.json: files, inputs, counts and summary are right");
  }

  /** The numbers in the words and roundings of the status. */
  private void values(SearchCheck.Checked search, VerificationCheck.@Nullable Checked measured) {
    VerifyReport report = measured == null ? null : measured.report();
    SearchAnswer.Point point =
        report == null ? search.answer().best() : search.answer().candidates().get(report.chosen());
    line("");
    line("status.best.digest             " + point.digest());
    line("status.best.predictedAccuracy  " + figure(point.accuracy()));
    if (report != null) {
      accuracy("validation", Objects.requireNonNull(report.best().validation()));
      accuracy("test", Objects.requireNonNull(report.best().test()));
    }
    for (Metric metric : Metric.values()) {
      Double cost = point.costs().get(metric.displayName());
      if (cost != null) {
        line(
            String.format(
                Locale.ROOT,
                "status.best.costs              %s %.6g %s",
                metric.displayName(),
                cost,
                metric.unit()));
      }
    }
    line("status.results.digest          " + search.resultDigest());
    if (measured != null) {
      line("status.model.digest            " + measured.manifest().digest());
    }
    line("");
  }

  private void accuracy(String part, VerifyReport.Measurement measurement) {
    line(
        String.format(
            Locale.ROOT,
            "status.best.%-18s %s, standard error %s, %d of %d images",
            part,
            figure(measurement.accuracy()),
            figure(measurement.standardError()),
            measurement.correct(),
            measurement.images()));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private void line(String text) {
    out.println(text);
  }

  private ExitCode fail(ExitCode exitCode, String error, String remedy) {
    out.println("error: " + error);
    out.println("remedy: " + remedy);
    return exitCode;
  }
}
