package dev.apq.operator.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.SupernetTraining;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class CanaryTest {
  private static final String HOME = "apq-system";

  KubernetesClient client;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TestClock clock = new TestClock();
  private Canary canary;

  @BeforeEach
  void make() {
    canary = new Canary(client, clock, registry, HOME, Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    canary.close();
  }

  @Test
  void withoutALeaderThereIsNoAge() {
    assertThat(age()).isNaN();
  }

  @Test
  void anAnsweredEditIsFollowedByAnotherAndMakesItYoung() {
    canary.look(HOME);
    assertThat(live().getSpec().suspend()).as("it never runs a Job").isTrue();
    clock.advance(Duration.ofMinutes(2));
    answer();
    long before = live().getSpec().runPolicy().ttlSecondsAfterFinished();

    canary.look(HOME);

    assertThat(age()).isZero();
    assertThat(live().getSpec().runPolicy().ttlSecondsAfterFinished()).isNotEqualTo(before);
  }

  @Test
  void anEditThatNobodyAnswersLetsItAge() {
    canary.look(HOME);
    answer();
    canary.look(HOME);
    clock.advance(Duration.ofMinutes(7));
    assertThat(live().getMetadata().getGeneration())
        .as("it was edited")
        .isGreaterThan(live().getStatus().observedGeneration());

    canary.look(HOME);

    assertThat(age()).isEqualTo(Duration.ofMinutes(7).toSeconds());
  }

  private double age() {
    return registry.get("apq.canary.age").gauge().value();
  }

  private SupernetTraining live() {
    return client
        .resources(SupernetTraining.class)
        .inNamespace(HOME)
        .withName(Canary.NAME)
        .require();
  }

  /** As the reconciler would. */
  private void answer() {
    SupernetTraining seen = live();
    SupernetTraining told =
        Serialization.unmarshal(
            Serialization.asYaml(seen)
                + "\nstatus: {observedGeneration: %d}\n"
                    .formatted(seen.getMetadata().getGeneration()),
            SupernetTraining.class);
    client.resource(told).updateStatus();
  }

  private static final class TestClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
