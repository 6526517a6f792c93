package dev.apq.operator.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.apq.core.contract.Stage;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From TrainJob objects to what decisions need. */
@Singleton
public class TrainJobObserver {
  private final PodDiagnosis diagnosis;

  /** With a way to ask why Pods do not run. */
  @Inject
  public TrainJobObserver(PodDiagnosis diagnosis) {
    this.diagnosis = diagnosis;
  }

  /** The parts of a TrainJob that are read; what else there is may change with its version. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Content(@Nullable Spec spec, @Nullable Status status) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Spec(@Nullable Boolean suspend, @Nullable Trainer trainer) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Trainer(@Nullable Integer numNodes) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Status(
      @Nullable List<Condition> conditions, @Nullable List<ChildJobs> jobsStatus) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record ChildJobs(@Nullable Integer ready) {}

  /** The TrainJobs whose controller owner is this very resource; others are not adopted. */
  public List<ObservedJob> observe(
      HasMetadata owner, Collection<GenericKubernetesResource> trainJobs) {
    return trainJobs.stream()
        .filter(job -> JobObserver.ownedBy(job, owner))
        .flatMap(job -> observe(job).stream())
        .toList();
  }

  private Optional<ObservedJob> observe(GenericKubernetesResource job) {
    Map<String, String> labels = job.getMetadata().getLabels();
    Optional<Stage> stage = Stage.ofFolder(labels.getOrDefault(JobNames.STAGE, ""));
    if (stage.isEmpty()) {
      return Optional.empty();
    }
    Content content = TrainJobs.MODEL.convertValue(job.getAdditionalProperties(), Content.class);
    Optional<Condition> end = condition(content, "Complete").or(() -> condition(content, "Failed"));
    JobState state = state(job, end);
    PodDiagnosis.Finding finding = diagnose(job, content, state, end);
    return Optional.of(
        new ObservedJob(
            WorkKind.TRAIN_JOB,
            job.getMetadata().getName(),
            labels.getOrDefault(JobNames.RUN_ID, ""),
            stage.get(),
            JobObserver.attempt(labels.get(JobNames.ATTEMPT)),
            job.getMetadata().getAnnotations().getOrDefault(JobNames.INPUT_DIGEST, ""),
            state,
            startTime(job, content),
            end.map(condition -> JobObserver.time(condition.getLastTransitionTime())).orElse(null),
            state == JobState.ACTIVE && !suspended(content) ? nodes(content) : 0,
            state == JobState.COMPLETE ? 1 : 0,
            0,
            finding.reason(),
            finding.message()));
  }

  private PodDiagnosis.Finding diagnose(
      GenericKubernetesResource job, Content content, JobState state, Optional<Condition> end) {
    if (state == JobState.FAILED) {
      return diagnosis.failure(
          WorkPods.of(job), end.orElseThrow().getReason(), end.orElseThrow().getMessage());
    }
    if (state != JobState.ACTIVE || anyReady(content)) {
      return PodDiagnosis.Finding.NONE;
    }
    return suspended(content)
        ? diagnosis.queued(job, suspendedSince(job, content))
        : diagnosis.obstacle(job, WorkPods.of(job));
  }

  private static JobState state(GenericKubernetesResource job, Optional<Condition> end) {
    if (job.getMetadata().getDeletionTimestamp() != null) {
      return JobState.DELETING;
    }
    return end.map(
            condition ->
                condition.getType().equals("Complete") ? JobState.COMPLETE : JobState.FAILED)
        .orElse(JobState.ACTIVE);
  }

  // A TrainJob states no start; one that was never suspended has none but its creation.
  private static @Nullable Instant startTime(GenericKubernetesResource job, Content content) {
    if (suspended(content)) {
      return null;
    }
    return find(content, "Suspended")
        .map(condition -> JobObserver.time(condition.getLastTransitionTime()))
        .orElseGet(() -> JobObserver.time(job.getMetadata().getCreationTimestamp()));
  }

  private static @Nullable String suspendedSince(GenericKubernetesResource job, Content content) {
    return condition(content, "Suspended")
        .map(Condition::getLastTransitionTime)
        .orElse(job.getMetadata().getCreationTimestamp());
  }

  private static boolean suspended(Content content) {
    return content.spec() != null && Boolean.TRUE.equals(content.spec().suspend());
  }

  private static int nodes(Content content) {
    Trainer trainer = content.spec() == null ? null : content.spec().trainer();
    return trainer == null ? 1 : Objects.requireNonNullElse(trainer.numNodes(), 1);
  }

  private static boolean anyReady(Content content) {
    List<ChildJobs> children = content.status() == null ? null : content.status().jobsStatus();
    return children != null
        && children.stream().anyMatch(job -> job.ready() != null && job.ready() > 0);
  }

  private static Optional<Condition> condition(Content content, String type) {
    return find(content, type).filter(condition -> "True".equals(condition.getStatus()));
  }

  private static Optional<Condition> find(Content content, String type) {
    List<Condition> conditions = content.status() == null ? null : content.status().conditions();
    return conditions == null
        ? Optional.empty()
        : conditions.stream().filter(condition -> type.equals(condition.getType())).findFirst();
  }
}
