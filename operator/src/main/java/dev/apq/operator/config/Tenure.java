package dev.apq.operator.config;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether this instance may act as the leader.
 *
 * <p>A process that hung and awakes learns of it only when the elector next tries to renew the
 * lease. Until then it would act on what it knew, while another leads. So a clock of our own ticks
 * every second: after a gap longer than the lease outlives a leader that cannot renew it, nothing
 * is done until the elector has had its whole deadline to renew or to give up.
 */
@Singleton
public class Tenure {
  /** How much longer a lease lasts than its holder tries to renew it. */
  static final Duration SPARE = Leadership.LEASE_DURATION.minus(Leadership.RENEW_DEADLINE);

  private static final long TICK_MILLIS = 1000;
  private static final int BEFORE_THE_OPERATOR = 1;

  private final LongSupplier nanos;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "tenure");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean over;
  private volatile long lastTick;
  private volatile long quietUntil;

  /** With the machine's clock, which does not stop while the process does. */
  @Inject
  public Tenure() {
    this(System::nanoTime);
  }

  Tenure(LongSupplier nanos) {
    this.nanos = nanos;
    this.lastTick = nanos.getAsLong();
    this.quietUntil = lastTick;
  }

  void start(@Observes @Priority(BEFORE_THE_OPERATOR) StartupEvent event) {
    lastTick = nanos.getAsLong();
    clock.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    clock.shutdownNow();
  }

  /** Notes that time goes on. */
  void tick() {
    long now = nanos.getAsLong();
    if (now - lastTick > SPARE.toNanos()) {
      quietUntil = now + Leadership.RENEW_DEADLINE.toNanos();
    }
    lastTick = now;
  }

  /** The lease is lost, for good. */
  void end() {
    over = true;
  }

  /** Whether what was decided may be done and told. */
  public boolean holds() {
    long now = nanos.getAsLong();
    return !over && now - lastTick <= SPARE.toNanos() && now - quietUntil >= 0;
  }
}
