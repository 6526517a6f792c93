package dev.apq.operator.traces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.training.Specs;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTracesTest {
  private static final String RUN = "0123abcd";
  private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");
  private static final List<StageStatus> NOTHING =
      List.of(
          stage("Train", "t-train", StageState.RUNNING),
          stage("Collect", "t-collect", StageState.PENDING));
  private static final List<StageStatus> TRAINED =
      List.of(
          stage("Train", "t-train", StageState.SUCCEEDED),
          stage("Collect", "t-collect", StageState.RUNNING));
  private static final List<StageStatus> ALL =
      List.of(
          stage("Train", "t-train", StageState.SUCCEEDED),
          stage("Collect", "t-collect", StageState.SUCCEEDED));

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final SupernetTraining training = Specs.training("t");

  @Test
  void stagesOfARunAreOneTraceAlsoAcrossARestart() {
    training.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
    traces(false).ended(training, RUN, NOTHING, TRAINED, NOW);
    traces(false).ended(training, RUN, TRAINED, ALL, NOW);
    traces(false).ended(training, RUN, ALL, ALL, NOW);

    List<SpanData> spans = exported.getFinishedSpanItems();
    assertThat(spans)
        .extracting(SpanData::getName)
        .containsExactly("Train", "Collect", "SupernetTraining");
    assertThat(spans).extracting(SpanData::getTraceId).containsOnly(spans.get(0).getTraceId());
    SpanData whole = spans.get(2);
    assertThat(whole.getParentSpanContext().isValid()).isFalse();
    assertThat(whole.getEndEpochNanos() - whole.getStartEpochNanos())
        .isEqualTo(Duration.ofHours(1).toNanos());
    assertThat(spans.subList(0, 2))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(whole.getSpanId());
    assertThat(spans.get(0).getEndEpochNanos() - spans.get(0).getStartEpochNanos())
        .isEqualTo(Duration.ofMinutes(5).toNanos());
  }

  @Test
  void workersAreToldTheSpanOfTheirStage() {
    Job job = traces(false).handed(training, RUN, job());
    traces(false).ended(training, RUN, NOTHING, TRAINED, NOW);

    SpanData span = exported.getFinishedSpanItems().get(0);
    assertThat(environment(job))
        .containsExactly(
            new EnvVar("A", "b", null),
            new EnvVar(
                "TRACEPARENT", "00-" + span.getTraceId() + "-" + span.getSpanId() + "-01", null));
  }

  @Test
  void withoutTheSdkNothingChanges() {
    assertThat(traces(true).handed(training, RUN, job())).isEqualTo(job());
    traces(true).ended(training, RUN, NOTHING, ALL, NOW);
    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  private RunTraces traces(boolean disabled) {
    ChosenIds ids = new ChosenIds();
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .addSpanProcessor(SimpleSpanProcessor.create(exported))
            .build();
    return new RunTraces(provider.get("test"), ids, disabled);
  }

  private static Job job() {
    return new JobBuilder()
        .withNewMetadata()
        .withName("t-train")
        .endMetadata()
        .withNewSpec()
        .withNewTemplate()
        .withNewSpec()
        .addNewContainer()
        .withEnv(new EnvVar("A", "b", null))
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  private static List<EnvVar> environment(Job job) {
    return job.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv();
  }

  private static StageStatus stage(String name, String job, StageState state) {
    return new StageStatus(
        name, state, 0, job, null, null, "2026-01-01T00:10:00Z", "2026-01-01T00:15:00Z", null);
  }
}
