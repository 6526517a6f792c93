package dev.apq.worker.stage;

import dev.apq.worker.data.Datasets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A request to stop, such as SIGTERM, that the work notices between two steps.
 *
 * <p>The virtual machine ends when its shutdown hooks return, with an exit status of its own. So
 * the hook waits until the work has saved a checkpoint, and then ends the process with the status
 * that the worker contract wants.
 */
public final class StopSignal {
  private static final long GRACE_SECONDS = 25;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final AtomicInteger status = new AtomicInteger();
  private volatile boolean requested;

  /** Listens to the process's termination. */
  public void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "stop"));
  }

  /** Whether to save a checkpoint and end. */
  public boolean requested() {
    return requested;
  }

  /** Asks the work to stop. */
  public void request() {
    requested = true;
  }

  /** Ends the process, and removes what it copied of data sets. */
  public void exit(int exitStatus) {
    Datasets.deleteCopies();
    status.set(exitStatus);
    finished.countDown();
    System.exit(exitStatus);
  }

  private void shutDown() {
    request();
    try {
      if (finished.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(status.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
