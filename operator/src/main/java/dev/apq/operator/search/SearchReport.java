package dev.apq.operator.search;

import dev.apq.api.v1alpha1.AccuracySource;
import dev.apq.api.v1alpha1.ApqSearchStatus;
import dev.apq.api.v1alpha1.BestArchitecture;
import dev.apq.api.v1alpha1.BestPolicy;
import dev.apq.api.v1alpha1.BestPruning;
import dev.apq.api.v1alpha1.BestQuantization;
import dev.apq.api.v1alpha1.BitWidths;
import dev.apq.api.v1alpha1.Condition;
import dev.apq.api.v1alpha1.Constraint;
import dev.apq.api.v1alpha1.CostValue;
import dev.apq.api.v1alpha1.ResultsReference;
import dev.apq.api.v1alpha1.SearchCost;
import dev.apq.api.v1alpha1.SearchProgress;
import dev.apq.api.v1alpha1.SupernetSummary;
import dev.apq.core.cost.Metric;
import dev.apq.core.policy.Architecture;
import dev.apq.core.policy.Policy;
import dev.apq.core.policy.Quantization;
import dev.apq.operator.status.Conditions;
import dev.apq.operator.status.Quality;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The status of an ApqSearch as a pure function of what was observed and decided. */
final class SearchReport {
  private static final MathContext DIGITS = new MathContext(6);
  // What a search with a template waits for takes nearly all the time.
  private static final int SUPERNET_PERCENT = 95;

  private final SearchVisit visit;
  private final SearchOutcome outcome;
  private final long workerSeconds;

  private SearchReport(SearchVisit visit, SearchOutcome outcome, long workerSeconds) {
    this.visit = visit;
    this.outcome = outcome;
    this.workerSeconds = workerSeconds;
  }

  /**
   * The status to write.
   *
   * @param workerSeconds work of the supernet made from the template, 0 for a reference
   */
  static ApqSearchStatus of(
      SearchVisit visit, SearchOutcome outcome, long workerSeconds, Instant now) {
    return new SearchReport(visit, outcome, workerSeconds).render(now);
  }

  private ApqSearchStatus render(Instant now) {
    SearchWorld world = visit.world();
    SearchState.Found found = world.state() instanceof SearchState.Found f ? f : null;
    return new ApqSearchStatus(
        Objects.requireNonNullElse(visit.search().getMetadata().getGeneration(), 0L),
        world.plan() == null ? null : world.plan().runId(),
        conditions(now),
        percent(),
        List.of(),
        supernet(),
        progress(),
        found == null ? null : best(found.answer().best()),
        found == null || visit.store() == null ? null : results(found, visit.store()),
        null,
        found == null ? null : new SearchCost(seconds(found.searchSeconds()), null, workerSeconds));
  }

  private List<Condition> conditions(Instant now) {
    ApqSearchStatus before = visit.search().getStatus();
    Conditions conditions =
        new Conditions(
            before == null ? List.of() : before.conditions(),
            Objects.requireNonNullElse(visit.search().getMetadata().getGeneration(), 0L),
            now);
    if (outcome instanceof SearchOutcome.Completed) {
      conditions.completed("The best policy within the limits is in status.best");
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

  private int percent() {
    boolean template = visit.search().getSpec().supernetTemplate() != null;
    int before = template ? SUPERNET_PERCENT : 0;
    if (outcome instanceof SearchOutcome.Completed) {
      return 100;
    }
    if (visit.world().supernet() instanceof Supernet.Unfinished unfinished) {
      return unfinished.percent() * before / 100;
    }
    if (visit.world().state() instanceof SearchState.Running running) {
      SearchRun.Progress progress = running.progress();
      return before + (99 - before) * progress.generation() / Math.max(1, progress.generations());
    }
    return visit.world().supernet() instanceof Supernet.Ready ? before : 0;
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

  private BestPolicy best(SearchAnswer.Point point) {
    Policy policy = point.policy();
    Architecture architecture = policy.architecture();
    Quantization bits = Objects.requireNonNull(policy.quantization());
    return new BestPolicy(
        accuracy(point.accuracy()),
        AccuracySource.PREDICTED,
        accuracy(point.accuracy()),
        null,
        null,
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
