package dev.apq.operator.search;

import dev.apq.core.artifact.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One resource's search in the executor; its slices never overlap. */
final class SearchSession {
  private static final Logger LOG = LoggerFactory.getLogger(SearchSession.class);
  private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final SearchExecutor.Owner owner;
  private final SearchPlan plan;
  private final SearchStore store;
  private final SearchRuns runs;
  private final int checkpointGenerations;
  private final MeterRegistry metrics;
  private final double secondsBefore;
  // The thread that starts a search logs about its resource; the one that steps it shall, too.
  private final Map<String, String> logContext;
  private final long createdNanos = System.nanoTime();

  private @Nullable SearchRun run;
  private long nanos;
  private int checkpointed;
  private long counted;
  private boolean started;
  private volatile boolean cancelled;
  private volatile SearchState state;

  SearchSession(
      SearchExecutor.Owner owner,
      SearchPlan plan,
      SearchStore store,
      SearchRuns runs,
      int checkpointGenerations,
      MeterRegistry metrics) {
    this.owner = owner;
    this.plan = plan;
    this.store = store;
    this.runs = runs;
    this.checkpointGenerations = checkpointGenerations;
    this.metrics = metrics;
    this.secondsBefore = store.secondsSpent();
    Map<String, String> context = MDC.getCopyOfContextMap();
    this.logContext = context == null ? Map.of() : new HashMap<>(context);
    this.state =
        new SearchState.Running(
            new SearchRun.Progress(0, plan.generations(), 0, Double.NaN), false);
  }

  boolean isOf(SearchPlan other) {
    return plan.inputDigest().equals(other.inputDigest());
  }

  SearchState state() {
    return state;
  }

  boolean wanted() {
    return owner.exists().getAsBoolean();
  }

  void cancel() {
    cancelled = true;
  }

  /** Computes for a short while; true if there is more to do. */
  boolean slice() {
    long start = System.nanoTime();
    if (!started) {
      started = true;
      metrics.timer("apq.search.queue").record(start - createdNanos, TimeUnit.NANOSECONDS);
    }
    cancelled |= !wanted();
    logContext.forEach(MDC::put);
    try {
      SearchRun current = prepared();
      while (!current.finished() && !cancelled && System.nanoTime() - start < SLICE_NANOS) {
        current.step();
      }
      nanos += System.nanoTime() - start;
      count(current.progress().evaluations());
      return settle(current);
    } catch (SearchRuns.InfeasibleException e) {
      return end(new SearchState.Infeasible(String.valueOf(e.getMessage())));
    } catch (StoreUnavailableException e) {
      // Nothing is lost: the next visit that finds the store again starts from the checkpoint.
      LOG.warn("the search in {} waits for the artifact store: {}", store.folder(), e.getMessage());
      return end(new SearchState.Absent());
    } catch (IOException | RuntimeException e) {
      LOG.error("the search in {} failed", store.folder(), e);
      return end(new SearchState.Failed(String.valueOf(e.getMessage())));
    } finally {
      logContext.keySet().forEach(MDC::remove);
    }
  }

  private SearchRun prepared() throws SearchRuns.InfeasibleException, IOException {
    if (run == null) {
      run = runs.prepare(plan, store.checkpoint());
      checkpointed = run.progress().generation();
      counted = run.progress().evaluations();
    }
    return run;
  }

  // As they are made, so that a rate means something while a search runs.
  private void count(long evaluations) {
    metrics.counter("apq.search.evaluations").increment(evaluations - counted);
    counted = evaluations;
  }

  private boolean settle(SearchRun current) throws IOException {
    SearchRun.Progress progress = current.progress();
    if (current.finished()) {
      store.save(plan, current.answer(), seconds());
      metrics.timer("apq.search").record(nanos, TimeUnit.NANOSECONDS);
      return end(
          store
              .find(plan)
              .<SearchState>map(found -> found)
              .orElseGet(() -> new SearchState.Failed("the stored answer cannot be read back")));
    }
    boolean due = progress.generation() - checkpointed >= checkpointGenerations;
    if (due || cancelled) {
      store.checkpoint(current.checkpoint(), seconds());
      checkpointed = progress.generation();
    }
    state = new SearchState.Running(progress, true);
    return !cancelled;
  }

  private boolean end(SearchState last) {
    state = last;
    run = null;
    owner.done().run();
    return false;
  }

  private double seconds() {
    return secondsBefore + nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
