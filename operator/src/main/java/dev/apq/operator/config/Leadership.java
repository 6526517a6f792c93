package dev.apq.operator.config;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leader election by a Lease. The instance that loses it ends its process, so that no search or
 * write of a former leader goes on; {@link Tenure} keeps it from acting until it has ended.
 */
@Singleton
public final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);
  private static final int BEFORE_THE_FRAMEWORK = 1;

  private final AtomicBoolean stopping = new AtomicBoolean();

  @Produces
  @Singleton
  LeaderElectionConfiguration election(
      OperatorConfig config, Tenure tenure, Event<Leading> leading) {
    return election(
        config.leaderElection(), identity -> leading.fire(new Leading(identity)), tenure::end);
  }

  LeaderElectionConfiguration election(OperatorConfig.LeaderElection election, Runnable end) {
    return election(election, identity -> {}, end);
  }

  private LeaderElectionConfiguration election(
      OperatorConfig.LeaderElection election, Consumer<String> begin, Runnable end) {
    String identity = election.identity().orElseGet(Leadership::processIdentity);
    LeaderCallbacks callbacks =
        new LeaderCallbacks(
            () -> {
              LOG.info("{} leads", identity);
              begin.accept(identity);
            },
            () -> {
              end.run();
              LOG.warn("{} no longer leads", identity);
            },
            leader -> LOG.info("the leader is {}", leader));
    return new Election(election, identity, callbacks, stopping);
  }

  /** Before the framework gives the lead back, which it does when it hears of the shutdown. */
  void shutdown(@Observes @Priority(BEFORE_THE_FRAMEWORK) ShutdownEvent event) {
    stopping.set(true);
  }

  /**
   * Ends the process when the lead is lost, which what the framework's builder makes does not; but
   * not when a shutdown gives it back: exiting then waits for the shutdown, which waits for it.
   */
  private static final class Election extends LeaderElectionConfiguration {
    private final AtomicBoolean stopping;

    Election(
        OperatorConfig.LeaderElection election,
        String identity,
        LeaderCallbacks callbacks,
        AtomicBoolean stopping) {
      super(
          election.lease(),
          election.namespace(),
          LEASE_DURATION,
          RENEW_DEADLINE,
          RETRY_PERIOD,
          identity,
          callbacks,
          true);
      this.stopping = stopping;
    }

    @Override
    public boolean isExitOnStopLeading() {
      return !stopping.get();
    }
  }

  // Two processes with one identity would both lead; a host name alone is not enough.
  private static String processIdentity() {
    return ManagementFactory.getRuntimeMXBean().getName() + "-" + System.nanoTime();
  }
}
