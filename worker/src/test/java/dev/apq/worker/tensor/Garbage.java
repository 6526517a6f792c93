package dev.apq.worker.tensor;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/** Memory that nothing refers to any more. */
public final class Garbage {
  private static final long PATIENCE_MILLIS = 100;

  private Garbage() {}

  /** Returns once it is collected, and native memory behind it freed and overwritten. */
  public static void collect() {
    // The native memory of one collection is freed before a later one's sentinel is told of.
    for (int round = 0; round < 2; round++) {
      ReferenceQueue<Object> queue = new ReferenceQueue<>();
      PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), queue);
      try {
        do {
          System.gc();
        } while (queue.remove(PATIENCE_MILLIS) != sentinel);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
