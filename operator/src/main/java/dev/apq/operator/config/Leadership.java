package dev.apq.operator.config;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leader election by a Lease. The instance that loses it ends its process, so that no search or
 * write of a former leader goes on; {@link Tenure} keeps it from acting until it has ended.
 */
public final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  @Produces
  @Singleton
  LeaderElectionConfiguration election(OperatorConfig config, Tenure tenure) {
    OperatorConfig.LeaderElection election = config.leaderElection();
    String identity = election.identity().orElseGet(Leadership::processIdentity);
    LeaderCallbacks callbacks =
        new LeaderCallbacks(
            () -> LOG.info("{} leads", identity),
            () -> {
              tenure.end();
              LOG.warn("{} no longer leads", identity);
            },
            leader -> LOG.info("the leader is {}", leader));
    // Not by the framework's builder: what that builds goes on after it has lost the lead.
    return new LeaderElectionConfiguration(
        election.lease(),
        election.namespace(),
        LEASE_DURATION,
        RENEW_DEADLINE,
        RETRY_PERIOD,
        identity,
        callbacks,
        true);
  }

  // Two processes with one identity would both lead; a host name alone is not enough.
  private static String processIdentity() {
    return ManagementFactory.getRuntimeMXBean().getName() + "-" + System.nanoTime();
  }
}
