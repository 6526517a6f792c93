package dev.apq.operator.search;

import dev.apq.api.v1alpha1.AccuracySource;
import dev.apq.api.v1alpha1.ApqSearch;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.ArtifactReference;
import dev.apq.api.v1alpha1.BestArchitecture;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.BestPruning;
import dev.apq.api.v1alpha1.BestQuantization;
import dev.apq.api.v1alpha1.BitWidths;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.Constraint;
import dev.apq.api.v1alpha1.CostValue;
import dev.apq.api.v1alpha1.MeasuredAccuracy;
import dev.apq.api.v1alpha1.ResultsReference;
import dev.apq.api.v1alpha1.SearchCost;
import dev.apq.api.v1alpha1.SearchProgress;
import dev.apq.api.v1alpha1.SupernetSummary;
import dev.apq.core.artifact.StoreUnavailableException;
import dev.apq.core.contract.Manifest;
import dev.apq.core.contract.Stage;
import dev.apq.core.contract.VerifyReport;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.core.search.SearchAnswer;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.status.Quality;
import dev.apq.operator.status.StoreOutage;
import dev.apq.operator.training.TrainingReport;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status of an ApqSearch as a pure function of what was observed and decided. */
final class SearchReport {
  private static final MathContext DIGITS = new MathContext(6);

  private final SearchVisit visit;
  private final SearchOutcome outcome;
  private final long workerSeconds;
  private final Instant now;

  private SearchReport(SearchVisit visit, SearchOutcome outcome, long workerSeconds, Instant now) {
    this.visit = visit;
    this.outcome = outcome;
    this.workerSeconds = workerSeconds;
    this.now = now;
  }

  /**
   * The status to write.
   *
   * @param workerSeconds work of the supernet made from the template, 0 for a reference
   */
  static ApqSearchStatus of(
      SearchVisit visit, SearchOutcome outcome, long workerSeconds, Instant now) {
    return new SearchReport(visit, outcome, workerSeconds, now).render();
  }

  /** Whether the status before tells the answer to the specification as it is now. */
  static boolean tellsAnAnswer(ApqSearch search) {
    ApqSearchStatus before = search.getStatus();
    long generation = Objects.requireNonNullElse(search.getMetadata().getGeneration(), 0L);
    return before != null
        && before.best() != null
        && Conditions.find(before.conditions(), Conditions.SUCCEEDED)
            .filter(condition -> condition.status().equals("True"))
            .filter(condition -> Long.valueOf(generation).equals(condition.observedGeneration()))
            .isPresent();
  }

  /** The status while the artifact store is away; empty if the one before stays true. */
  static Optional<ApqSearchStatus> outage(
      ApqSearch search, StoreUnavailableException outage, Instant now) {
    long generation = Objects.requireNonNullElse(search.getMetadata().getGeneration(), 0L);
    ApqSearchStatus before =
        search.getStatus() == null
            ? new ApqSearchStatus(
                generation, null, List.of(), 0, List.of(), null, null, null, null, null, null)
            : search.getStatus();
    return StoreOutage.conditions(before.conditions(), generation, outage, now)
        .map(
            conditions ->
                new ApqSearchStatus(
                    generation,
                    before.runId(),
                    conditions,
                    before.progressPercent(),
                    before.stages(),
                    before.supernet(),
                    before.search(),
                    before.best(),
                    before.results(),
                    before.model(),
                    before.cost()));
  }

  private ApqSearchStatus render() {
    SearchWorld world = visit.world();
    SearchState.Found found = world.state() instanceof SearchState.Found f ? f : null;
    SearchStages stages = new SearchStages(visit, outcome, now);
    return new ApqSearchStatus(
        Objects.requireNonNullElse(visit.search().getMetadata().getGeneration(), 0L),
        world.plan() == null ? null : world.plan().runId(),
        conditions(),
        stages.percent(),
        stages.list(),
        supernet(),
        progress(),
        found == null ? null : best(found.answer()),
        found == null || visit.store() == null ? null : results(found, visit.store()),
        model(),
        found == null ? null : cost(found));
  }

  private List<Condition> conditions() {
    ApqSearchStatus before = visit.search().getStatus();
    Conditions conditions =
        new Conditions(
            before == null ? List.of() : before.conditions(),
            Objects.requireNonNullElse(visit.search().getMetadata().getGeneration(), 0L),
            now);
    if (outcome instanceof SearchOutcome.Completed) {
      conditions.completed(completed());
    } else if (outcome instanceof SearchOutcome.Running running) {
      conditions.running(running.reason(), running.message());
    } else if (outcome instanceof SearchOutcome.Suspended suspended) {
      conditions.suspended(suspended.message());
    } else if (outcome instanceof SearchOutcome.Stalled stalled) {
      conditions.stalled(stalled.reason(), stalled.message(), stalled.remedy());
    }
    if (visit.world().supernet() instanceof Supernet.Ready ready) {
      Quality.Verdict health =
          Quality.healthCondition(ready.health(), ready.quality(), ready.minKendallTau());
      if (health != null) {
        conditions.set(
            Conditions.HEALTHY,
            health.healthy() ? "True" : "False",
            health.reason(),
            health.message());
      }
    }
    return conditions.list();
  }

  private String completed() {
    VerifyReport report = visit.world().verification().report();
    VerifyReport.Measurement test = report == null ? null : report.best().test();
    String problem = visit.world().verification().exportProblem();
    return test == null
        ? "The best policy within the limits, as predicted, is in status.best"
        : "The best policy within the limits, measured on "
            + test.images()
            + " test images, is in status.best"
            + (problem.isEmpty() ? "" : ". It could not be exported as ONNX: " + problem);
  }

  private SupernetSummary supernet() {
    Supernet supernet = visit.world().supernet();
    return supernet instanceof Supernet.Ready ready
        ? new SupernetSummary(ready.name(), ready.predictorDigest(), ready.quality())
        : new SupernetSummary(supernet.name(), null, null);
  }

  private @Nullable SearchProgress progress() {
    int generations = visit.search().getSpec().evolution().generations();
    if (visit.world().state() instanceof SearchState.Running running) {
      SearchRun.Progress progress = running.progress();
      return new SearchProgress(
          progress.generation(),
          progress.generations(),
          progress.evaluations(),
          Double.isFinite(progress.bestAccuracy()) ? accuracy(progress.bestAccuracy()) : null);
    }
    if (visit.world().state() instanceof SearchState.Found found) {
      return new SearchProgress(
          generations,
          generations,
          found.answer().evaluations(),
          accuracy(found.answer().best().accuracy()));
    }
    return null;
  }

  private BestPolicy best(SearchAnswer answer) {
    VerifyReport report = visit.world().verification().report();
    SearchAnswer.Point point =
        report == null ? answer.best() : answer.candidates().get(report.chosen());
    VerifyReport.Measurement validation = report == null ? null : report.best().validation();
    VerifyReport.Measurement test = report == null ? null : report.best().test();
    Policy policy = point.policy();
    Architecture architecture = policy.architecture();
    Quantization bits = Objects.requireNonNull(policy.quantization());
    return new BestPolicy(
        accuracy(test == null ? point.accuracy() : test.accuracy()),
        test == null ? AccuracySource.PREDICTED : AccuracySource.MEASURED,
        accuracy(point.accuracy()),
        validation == null ? null : measured(validation),
        test == null ? null : measured(test),
        costs(point),
        point.digest(),
        new BestArchitecture(
            architecture.depths(),
            architecture.kernelSizes(),
            architecture.expandRatios(visit.requirePlan().space())),
        new BestPruning(architecture.channels()),
        new BestQuantization(
            new BitWidths(bits.pointwiseWeightBits(), bits.pointwiseActivationBits()),
            new BitWidths(bits.depthwiseWeightBits(), bits.depthwiseActivationBits())));
  }

  private static MeasuredAccuracy measured(VerifyReport.Measurement measurement) {
    return new MeasuredAccuracy(
        accuracy(measurement.accuracy()),
        accuracy(measurement.standardError()),
        measurement.images());
  }

  private List<CostValue> costs(SearchAnswer.Point point) {
    List<CostValue> costs = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      Double value = point.costs().get(metric.displayName());
      if (value != null && Double.isFinite(value)) {
        costs.add(
            new CostValue(
                dev.apq.api.v1alpha1.Metric.valueOf(metric.name()),
                decimal(value),
                metric.unit(),
                limit(metric)));
      }
    }
    return costs;
  }

  private @Nullable String limit(Metric metric) {
    return visit.search().getSpec().constraints().stream()
        .filter(constraint -> constraint.metric().name().equals(metric.name()))
        .map(Constraint::max)
        .findFirst()
        .orElse(null);
  }

  private ResultsReference results(SearchState.Found found, SearchStore store) {
    return new ResultsReference(
        SearchResults.nameOf(visit.search()),
        store.result().toUri().toString(),
        found.digest(),
        found.answer().front().size());
  }

  private @Nullable ArtifactReference model() {
    VerifyPlan plan = visit.world().verification().plan();
    Manifest manifest = visit.world().verification().manifest();
    return plan == null || manifest == null
        ? null
        : new ArtifactReference(
            plan.run().layout().stage(Stage.VERIFY).toUri().toString(), manifest.digest());
  }

  private SearchCost cost(SearchState.Found found) {
    Verification verification = visit.world().verification();
    long verified = TrainingReport.workerSeconds(verification.world(), now);
    return new SearchCost(
        seconds(found.searchSeconds()),
        verification.plan() == null ? null : verified,
        workerSeconds + verified);
  }

  private static String accuracy(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String decimal(double value) {
    return BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }
}
