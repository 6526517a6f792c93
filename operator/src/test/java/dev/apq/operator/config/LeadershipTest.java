package dev.apq.operator.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.quarkus.runtime.ShutdownEvent;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeadershipTest {

  @Test
  void lossOfTheLeadEndsTheProcessButAShutdownIsNotHeldUpByIt() {
    Leadership leadership = new Leadership();
    LeaderElectionConfiguration election = leadership.election(new Settings(), () -> {});
    assertThat(election.getIdentity()).contains("pod-1");
    assertThat(election.isExitOnStopLeading()).isTrue();

    leadership.shutdown(new ShutdownEvent());

    assertThat(election.isExitOnStopLeading()).isFalse();
  }

  private static final class Settings implements OperatorConfig.LeaderElection {
    @Override
    public String lease() {
      return "apq-operator";
    }

    @Override
    public String namespace() {
      return "apq-system";
    }

    @Override
    public Optional<String> identity() {
      return Optional.of("pod-1");
    }
  }
}
