package dev.apq.worker.data;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Batches by number. While one is in use the next is read, and no more than that, so that memory
 * stays bounded. For one user at a time.
 */
public final class Lookahead {
  private final IntFunction<Batch> source;
  private final int end;
  private int number = -1;
  private @Nullable CompletableFuture<Batch> upcoming;

  /**
   * @param source reads a batch; called from one thread at a time
   * @param end number behind the last batch
   */
  public Lookahead(IntFunction<Batch> source, int end) {
    this.source = source;
    this.end = end;
  }

  /**
   * Batch {@code index}; fastest in ascending order.
   *
   * @throws DataException if it cannot be read
   */
  public Batch at(int index) {
    CompletableFuture<Batch> running = upcoming;
    upcoming = null;
    Batch batch = running != null && index == number ? result(running) : alone(running, index);
    number = index + 1;
    if (number < end) {
      int next = number;
      upcoming = CompletableFuture.supplyAsync(() -> source.apply(next));
    }
    return batch;
  }

  private Batch alone(@Nullable CompletableFuture<Batch> running, int index) {
    if (running != null) {
      running.handle((batch, failure) -> index).join();
    }
    return source.apply(index);
  }

  private static Batch result(CompletableFuture<Batch> running) {
    try {
      return running.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
