package dev.apq.operator.search;

import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.core.contract.Progress;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.VerifyReport;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.training.StageObservation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The stages of an ApqSearch and how far the whole is, as a pure function of a visit. */
final class SearchStages {
  /** Wait for the supernet's predictor and find the device's cost model. */
  static final String RESOLVE = "Resolve";

  /** Search over the predictor. */
  static final String SEARCH = "Search";

  private static final int MAX_MESSAGE = 1000;
  // Shares of the whole, in percent: what a template's supernet takes dwarfs everything else.
  private static final int SUPERNET_ALONE = 95;
  private static final int SUPERNET_AND_VERIFICATION = 80;
  private static final int SEARCH_AFTER_TEMPLATE = 4;
  private static final int SEARCH_BEFORE_VERIFICATION = 30;
  private static final int NEARLY = 99;

  private final SearchVisit visit;
  private final SearchOutcome outcome;
  private final SearchWorld world;
  private final boolean verifies;
  private final Instant now;

  SearchStages(SearchVisit visit, SearchOutcome outcome, Instant now) {
    this.now = now.truncatedTo(ChronoUnit.SECONDS);
    this.visit = visit;
    this.outcome = outcome;
    this.world = visit.world();
    this.verifies = visit.search().getSpec().verify().topK() > 0;
  }

  /** Their states, in order. */
  List<StageStatus> list() {
    List<StageStatus> stages = new ArrayList<>();
    stages.add(resolve());
    stages.add(search());
    if (verifies) {
      stages.add(verify());
    }
    return stages;
  }

  private boolean resolved() {
    return world.plan() != null && world.problem() == null;
  }

  private StageStatus resolve() {
    if (resolved()) {
      return stage(
          RESOLVE, StageState.SUCCEEDED, 100, "Predictor of supernet " + world.supernet().name());
    }
    int percent = world.supernet() instanceof Supernet.Unfinished u ? u.percent() : 0;
    return stage(RESOLVE, current(), Math.min(NEARLY, percent), message());
  }

  private StageStatus search() {
    if (!resolved()) {
      return stage(SEARCH, StageState.PENDING, 0, null);
    }
    if (world.state() instanceof SearchState.Found found) {
      String message =
          String.format(
              Locale.ROOT,
              "%d policies predicted in %.2f s",
              found.answer().evaluations(),
              found.searchSeconds());
      return stage(SEARCH, StageState.SUCCEEDED, 100, message);
    }
    int percent =
        world.state() instanceof SearchState.Running running ? percent(running.progress()) : 0;
    return stage(SEARCH, current(), percent, message());
  }

  private StageStatus verify() {
    if (!(resolved() && world.state() instanceof SearchState.Found)) {
      return stage(Stage.VERIFY.displayName(), StageState.PENDING, 0, null);
    }
    VerifyReport report = world.verification().report();
    Optional<ObservedJob> job = world.verification().world().job(Stage.VERIFY);
    return new StageStatus(
        Stage.VERIFY.displayName(),
        report == null ? current() : StageState.SUCCEEDED,
        verifyPercent(),
        job.map(ObservedJob::name).orElse(null),
        null,
        null,
        job.map(ObservedJob::startTime).map(Instant::toString).orElse(null),
        job.map(ObservedJob::endTime).map(Instant::toString).orElse(null),
        report == null ? cut(verifyMessage()) : measured(report));
  }

  private int verifyPercent() {
    if (world.verification().report() != null) {
      return 100;
    }
    Progress progress = world.verification().stage().progress();
    return progress == null ? 0 : (int) Math.min(NEARLY, Math.floor(progress.fraction() * 100));
  }

  private @Nullable String verifyMessage() {
    Progress progress = world.verification().stage().progress();
    return progress == null ? message() : progress.message();
  }

  private String measured(VerifyReport report) {
    StageObservation stage = world.verification().stage();
    List<VerifyReport.Candidate> skipped =
        report.candidates().stream().filter(c -> c.validation() == null).toList();
    VerifyReport.Measurement test = Objects.requireNonNull(report.best().test());
    String text =
        String.format(
            Locale.ROOT,
            "%d of %d policies measured in %.0f s; the best one on %d test images: %.4f, standard"
                + " error %.4f",
            report.candidates().size() - skipped.size(),
            report.candidates().size(),
            stage.workerSeconds(),
            test.images(),
            test.accuracy(),
            test.standardError());
    String left = skipped.isEmpty() ? "" : "; left out, as its " + skipped.get(0).problem();
    String export = world.verification().exportProblem();
    return String.valueOf(cut(text + left + (export.isEmpty() ? "" : "; not exported: " + export)));
  }

  /** State of the first stage that is not finished. */
  private StageState current() {
    if (outcome instanceof SearchOutcome.Stalled) {
      return StageState.FAILED;
    }
    return outcome instanceof SearchOutcome.Suspended ? StageState.SUSPENDED : StageState.RUNNING;
  }

  private @Nullable String message() {
    if (outcome instanceof SearchOutcome.Running running) {
      return running.message();
    }
    return outcome instanceof SearchOutcome.Stalled stalled ? stalled.message() : null;
  }

  /** A stage without a Job: it is as old as the status says, and otherwise starts or ends now. */
  private StageStatus stage(String name, StageState state, int percent, @Nullable String message) {
    Optional<StageStatus> before = before(name);
    boolean started = state != StageState.PENDING;
    boolean ended = state == StageState.SUCCEEDED;
    boolean anew = before.map(b -> b.state() == StageState.SUCCEEDED && !ended).orElse(true);
    String start = anew ? null : before.map(StageStatus::startTime).orElse(null);
    String end = before.map(StageStatus::completionTime).orElse(null);
    return new StageStatus(
        name,
        state,
        percent,
        null,
        null,
        null,
        started ? Objects.requireNonNullElse(start, now.toString()) : null,
        ended ? Objects.requireNonNullElse(end, now.toString()) : null,
        cut(message));
  }

  private Optional<StageStatus> before(String name) {
    ApqSearchStatus status = visit.search().getStatus();
    return status == null
            || !Objects.equals(
                status.observedGeneration(), visit.search().getMetadata().getGeneration())
        ? Optional.empty()
        : status.stages().stream().filter(stage -> stage.name().equals(name)).findFirst();
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= MAX_MESSAGE
        ? text
        : text.substring(0, MAX_MESSAGE) + "…";
  }

  private static int percent(SearchRun.Progress progress) {
    return Math.min(NEARLY, 100 * progress.generation() / Math.max(1, progress.generations()));
  }

  /** How far the whole is, 0 to 100. */
  int percent() {
    if (outcome instanceof SearchOutcome.Completed) {
      return 100;
    }
    boolean template = visit.search().getSpec().supernetTemplate() != null;
    int supernet = !template ? 0 : verifies ? SUPERNET_AND_VERIFICATION : SUPERNET_ALONE;
    int search =
        !verifies
            ? NEARLY
            : supernet + (template ? SEARCH_AFTER_TEMPLATE : SEARCH_BEFORE_VERIFICATION);
    if (world.supernet() instanceof Supernet.Unfinished unfinished) {
      return unfinished.percent() * supernet / 100;
    }
    if (world.state() instanceof SearchState.Running running) {
      return supernet + (search - supernet) * percent(running.progress()) / 100;
    }
    if (world.state() instanceof SearchState.Found) {
      return search + (NEARLY - search) * verifyPercent() / 100;
    }
    return world.supernet() instanceof Supernet.Ready ? supernet : 0;
  }
}
