package dev.apq.operator.search;

import dev.apq.operator.config.OperatorConfig;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Runs searches on few threads, fairly: each gets a short slice, then goes to the end of the queue,
 * so that a long search cannot starve a short one.
 *
 * <p>Only the leader reconciles, so only the leader starts searches; an instance that loses the
 * lead ends its process. A search stopped anywhere continues from its checkpoint, or starts anew,
 * with the same result.
 */
@Singleton
public class SearchExecutor {
  private static final int SHUTDOWN_SECONDS = 10;

  private final SearchRuns runs;
  private final MeterRegistry metrics;
  private final int checkpointGenerations;
  private final ExecutorService threads;
  private final Map<String, SearchSession> sessions = new ConcurrentHashMap<>();

  /** With as many threads as configured. */
  @Inject
  public SearchExecutor(SearchRuns runs, OperatorConfig config, MeterRegistry metrics) {
    this(runs, metrics, config.search().threads(), config.search().checkpointGenerations());
  }

  /** With a number of threads and of generations between checkpoints. */
  SearchExecutor(
      SearchRuns runs, MeterRegistry metrics, int threadCount, int checkpointGenerations) {
    this.runs = runs;
    this.metrics = metrics;
    this.checkpointGenerations = checkpointGenerations;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, "search-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    metrics.gaugeMapSize("apq.searches.in.memory", List.of(), sessions);
    // An increase is seen only of a series that was there before.
    List.of("apq.search", "apq.search.queue").forEach(metrics::timer);
    metrics.counter("apq.search.evaluations");
  }

  /**
   * The resource that a search is for.
   *
   * @param uid its UID
   * @param exists whether it still exists; asked often
   * @param done called once when its search has ended in whatever way
   */
  public record Owner(String uid, BooleanSupplier exists, Runnable done) {}

  /**
   * Starts the search of a resource unless it runs already; one for an earlier plan is stopped.
   *
   * @param owner the resource
   */
  public void start(Owner owner, SearchPlan plan, SearchStore store) {
    String uid = owner.uid();
    sessions.values().removeIf(session -> !session.wanted());
    SearchSession before = sessions.get(uid);
    if (before != null && before.isOf(plan) && !(before.state() instanceof SearchState.Absent)) {
      return;
    }
    stop(uid);
    SearchSession session =
        new SearchSession(owner, plan, store, runs, checkpointGenerations, metrics);
    sessions.put(uid, session);
    threads.execute(() -> advance(session));
  }

  /** Stops and forgets the search of a resource; it leaves a checkpoint. */
  public void stop(String uid) {
    SearchSession session = sessions.remove(uid);
    if (session != null) {
      session.cancel();
    }
  }

  /** Where the search of a resource stands, if this process knows. */
  public Optional<SearchState> state(String uid, SearchPlan plan) {
    return Optional.ofNullable(sessions.get(uid))
        .filter(session -> session.isOf(plan))
        .map(SearchSession::state);
  }

  private void advance(SearchSession session) {
    if (session.slice() && !threads.isShutdown()) {
      threads.execute(() -> advance(session));
    }
  }

  @PreDestroy
  void close() throws InterruptedException {
    sessions.values().forEach(SearchSession::cancel);
    threads.shutdown();
    threads.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }
}
