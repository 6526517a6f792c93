package dev.apq.operator.traces;

import dev.apq.api.v1alpha1.StageState;
import dev.apq.api.v1alpha1.StageStatus;
import dev.apq.core.artifact.Digests;
import dev.apq.operator.status.StageEnds;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * One trace for each run of a resource, with a span for each stage. Its ids follow from resource,
 * run and Job, so that operators before and after a restart write the same trace and a worker can
 * be told its parent, which ends only after it: the span of its stage.
 */
@Singleton
public class RunTraces {
  private static final String TRACEPARENT = "TRACEPARENT";

  private final Tracer tracer;
  private final ChosenIds ids;
  private final boolean enabled;

  /** With what makes and sends spans. */
  @Inject
  public RunTraces(
      Tracer tracer,
      ChosenIds ids,
      @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean disabled) {
    this.tracer = tracer;
    this.ids = ids;
    this.enabled = !disabled;
  }

  /** The Job with its span's context in the environment of its workers, if traces are written. */
  public Job handed(HasMetadata owner, String runId, Job job) {
    if (!enabled) {
      return job;
    }
    String parent =
        "00-"
            + traceId(owner, runId)
            + "-"
            + spanId(owner, job.getMetadata().getName())
            + "-"
            + TraceFlags.getSampled().asHex();
    return new JobBuilder(job)
        .editSpec()
        .editTemplate()
        .editSpec()
        .editContainer(0)
        .addToEnv(new EnvVar(TRACEPARENT, parent, null))
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }

  /**
   * Writes the spans of stages that have ended between two statuses, and that of the whole run once
   * it succeeds.
   *
   * @param now when the later status was concluded
   */
  public void ended(
      HasMetadata owner,
      @Nullable String runId,
      List<StageStatus> before,
      List<StageStatus> after,
      Instant now) {
    if (!enabled || runId == null) {
      return;
    }
    for (StageStatus stage : StageEnds.between(before, after)) {
      write(owner, runId, stage);
    }
    if (allSucceeded(after) && !allSucceeded(before)) {
      Instant start = time(owner.getMetadata().getCreationTimestamp());
      SpanBuilder whole = tracer.spanBuilder(owner.getKind()).setNoParent();
      write(owner, runId, whole, spanId(owner, runId), start == null ? now : start, now);
    }
  }

  private void write(HasMetadata owner, String runId, StageStatus stage) {
    Instant start = time(stage.startTime());
    Instant end = time(stage.completionTime());
    String job = stage.job();
    if (job == null || start == null || end == null) {
      return;
    }
    SpanContext whole =
        SpanContext.createFromRemoteParent(
            traceId(owner, runId),
            spanId(owner, runId),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    SpanBuilder span =
        tracer
            .spanBuilder(stage.name())
            .setParent(Context.root().with(Span.wrap(whole)))
            .setAttribute("k8s.job.name", job);
    write(owner, runId, span, spanId(owner, job), start, end);
  }

  private void write(
      HasMetadata owner,
      String runId,
      SpanBuilder span,
      String spanId,
      Instant start,
      Instant end) {
    span.setStartTimestamp(start)
        .setAttribute("k8s.namespace.name", owner.getMetadata().getNamespace())
        .setAttribute("apq.resource.kind", owner.getKind())
        .setAttribute("apq.resource.name", owner.getMetadata().getName())
        .setAttribute("apq.run.id", runId);
    ids.with(traceId(owner, runId), spanId, span::startSpan).end(end);
  }

  private static boolean allSucceeded(List<StageStatus> stages) {
    return !stages.isEmpty()
        && stages.stream().allMatch(stage -> stage.state() == StageState.SUCCEEDED);
  }

  private static String traceId(HasMetadata owner, String runId) {
    return hash(owner, "trace", runId).substring(0, 32);
  }

  private static String spanId(HasMetadata owner, String about) {
    return hash(owner, "span", about).substring(0, 16);
  }

  private static String hash(HasMetadata owner, String what, String about) {
    String text = owner.getMetadata().getUid() + "/" + what + "/" + about;
    return Digests.sha256(text.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length());
  }

  private static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
