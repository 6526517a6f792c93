package dev.apq.worker.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads images on several threads. Each image has a place of its own in the result, so that the
 * result does not depend on the number of threads; at most one image a thread is being decoded.
 */
final class ParallelReads {
  /** Everything on the calling thread. */
  static final ParallelReads SEQUENTIAL = new ParallelReads(1);

  private static final String THREADS = "OMP_NUM_THREADS";
  private static final int MAX_THREADS = 256;
  private static final long IDLE_SECONDS = 10;

  private final int threads;
  private final @Nullable ExecutorService helpers;

  ParallelReads(int threads) {
    this.threads = threads;
    this.helpers = threads == 1 ? null : helpers(threads - 1);
  }

  /**
   * As many threads as {@code OMP_NUM_THREADS} says, otherwise as there are cores.
   *
   * @param environment the process's environment
   */
  static ParallelReads of(Map<String, String> environment) {
    String set = environment.getOrDefault(THREADS, "");
    int threads =
        set.matches("[1-9][0-9]{0,5}")
            ? Integer.parseInt(set)
            : Runtime.getRuntime().availableProcessors();
    return new ParallelReads(Math.min(threads, MAX_THREADS));
  }

  /** Threads that read at the same time. */
  int threads() {
    return threads;
  }

  /**
   * Calls {@code read} once for each of 0 to {@code count - 1} and returns when all are done.
   *
   * @throws RuntimeException that of the least index whose read failed
   */
  void each(int count, IntConsumer read) {
    AtomicInteger next = new AtomicInteger();
    ConcurrentSkipListMap<Integer, RuntimeException> failures = new ConcurrentSkipListMap<>();
    Runnable loop =
        () -> {
          int index = next.getAndIncrement();
          while (index < count && !failedBefore(failures, index)) {
            try {
              read.accept(index);
            } catch (RuntimeException e) {
              failures.put(index, e);
            }
            index = next.getAndIncrement();
          }
        };
    List<Future<?>> running = new ArrayList<>();
    if (helpers != null) {
      for (int helper = 1; helper < Math.min(threads, count); helper++) {
        running.add(helpers.submit(loop));
      }
    }
    loop.run();
    running.forEach(ParallelReads::await);
    if (!failures.isEmpty()) {
      throw failures.firstEntry().getValue();
    }
  }

  /** Whether an index below failed: then this one need not be read. */
  private static boolean failedBefore(
      ConcurrentSkipListMap<Integer, RuntimeException> failures, int index) {
    return failures.lowerEntry(index) != null;
  }

  private static void await(Future<?> helper) {
    try {
      helper.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading images", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e);
    }
  }

  private static ExecutorService helpers(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "image reader");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
