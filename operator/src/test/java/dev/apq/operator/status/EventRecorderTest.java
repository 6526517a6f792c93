package dev.apq.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

@EnableKubernetesMockClient(crud = true)
class EventRecorderTest {
  private static final String FIRST = "2026-01-01T00:00:00Z";
  private static final String LATER = "2026-01-01T00:05:00Z";

  KubernetesClient client;
  private final SupernetTraining about = Specs.training("t");

  @Test
  void theSameAgainIsCountedAlsoByAnotherInstance() {
    at(FIRST).warning(about, "JobFailed", "it failed");
    at(LATER).warning(about, "JobFailed", "it failed");
    at(LATER).warning(about, "JobFailed", "it failed");

    assertThat(events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getCount()).isEqualTo(3);
              assertThat(event.getFirstTimestamp()).isEqualTo(FIRST);
              assertThat(event.getLastTimestamp()).isEqualTo(LATER);
              assertThat(event.getType()).isEqualTo("Warning");
              assertThat(event.getInvolvedObject().getUid())
                  .isEqualTo(about.getMetadata().getUid());
            });
  }

  @Test
  void somethingElseAndAnotherGenerationAreEventsOfTheirOwn() {
    at(FIRST).normal(about, "Training", "Train runs");
    at(FIRST).normal(about, "Training", "Train runs on");
    about.getMetadata().setGeneration(2L);
    at(FIRST).normal(about, "Training", "Train runs");

    assertThat(events()).hasSize(3).allSatisfy(event -> assertThat(event.getCount()).isOne());
  }

  @Test
  void aLongMessageIsCut() {
    at(FIRST).normal(about, "Training", "x".repeat(5000));
    assertThat(events()).singleElement().satisfies(e -> assertThat(e.getMessage()).hasSize(1001));
  }

  private EventRecorder at(String time) {
    return new EventRecorder(client, Clock.fixed(Instant.parse(time), ZoneOffset.UTC));
  }

  private List<Event> events() {
    return client.v1().events().inNamespace("team").list().getItems();
  }
}
