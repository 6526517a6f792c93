package dev.apq.operator.status;

import dev.apq.core.artifact.Digests;
import dev.apq.operator.job.JobNames;
import dev.apq.operator.job.NamespaceEnd;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Kubernetes Events. An Event is named by what it says of which generation, so that saying
 * it again, after a restart too, counts it up and adds none; an Event that cannot be written never
 * stops the work.
 */
@Singleton
public class EventRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
  private static final int MAX_MESSAGE = 1000;

  private final KubernetesClient client;
  private final Clock clock;

  /** With the operator's client and clock. */
  @Inject
  public EventRecorder(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Something that was to be expected. */
  public void normal(HasMetadata about, String reason, String message) {
    record(about, "Normal", reason, message);
  }

  /** Something that a person should look at. */
  public void warning(HasMetadata about, String reason, String message) {
    record(about, "Warning", reason, message);
  }

  private void record(HasMetadata about, String type, String reason, String message) {
    try {
      Event event = event(about, type, reason, message);
      try {
        client.resource(event).create();
      } catch (KubernetesClientException e) {
        if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
        countUp(event);
      }
    } catch (KubernetesClientException e) {
      if (!NamespaceEnd.refused(e)) {
        LOG.warn("cannot write the event '{}': {}", message, e.getMessage());
      }
    }
  }

  // The first is kept, with its time; two instances that count at once may lose one of the two.
  private void countUp(Event event) {
    client
        .v1()
        .events()
        .inNamespace(event.getMetadata().getNamespace())
        .withName(event.getMetadata().getName())
        .edit(
            known ->
                new EventBuilder(known)
                    .withCount(1 + Objects.requireNonNullElse(known.getCount(), 1))
                    .withLastTimestamp(event.getLastTimestamp())
                    .build());
  }

  private Event event(HasMetadata about, String type, String reason, String message) {
    String text =
        message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…";
    String now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
    String identity =
        about.getMetadata().getUid() + "/" + about.getMetadata().getGeneration() + reason + text;
    String hash =
        Digests.sha256(identity.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length());
    return new EventBuilder()
        .withNewMetadata()
        .withName(about.getMetadata().getName() + "." + hash.substring(0, 16))
        .withNamespace(about.getMetadata().getNamespace())
        .endMetadata()
        .withType(type)
        .withReason(reason)
        .withMessage(text)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .withNewSource(JobNames.OPERATOR, null)
        .withReportingComponent(JobNames.OPERATOR)
        .withReportingInstance(JobNames.OPERATOR)
        .withNewInvolvedObject()
        .withApiVersion(about.getApiVersion())
        .withKind(about.getKind())
        .withName(about.getMetadata().getName())
        .withNamespace(about.getMetadata().getNamespace())
        .withUid(about.getMetadata().getUid())
        .endInvolvedObject()
        .build();
  }
}
