package dev.apq.operator.job;

import dev.apq.core.contract.Stage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From Job objects to what decisions need. */
@Singleton
public class JobObserver {
  private final PodDiagnosis diagnosis;

  /** With a way to ask why Pods do not run. */
  @Inject
  public JobObserver(PodDiagnosis diagnosis) {
    this.diagnosis = diagnosis;
  }

  /** The Jobs whose controller owner is this very resource; a namesake's are not adopted. */
  public List<ObservedJob> observe(HasMetadata owner, Collection<Job> jobs) {
    return jobs.stream()
        .filter(job -> ownedBy(job, owner))
        .flatMap(job -> observe(job).stream())
        .toList();
  }

  static boolean ownedBy(HasMetadata job, HasMetadata owner) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(
            reference ->
                Boolean.TRUE.equals(reference.getController())
                    && reference.getUid().equals(owner.getMetadata().getUid()));
  }

  private Optional<ObservedJob> observe(Job job) {
    Map<String, String> labels = job.getMetadata().getLabels();
    Optional<Stage> stage = Stage.ofFolder(labels.getOrDefault(JobNames.STAGE, ""));
    if (stage.isEmpty()) {
      return Optional.empty();
    }
    JobState state = state(job);
    JobStatus status = job.getStatus() == null ? new JobStatus() : job.getStatus();
    Optional<JobCondition> end = ending(job);
    PodDiagnosis.Finding finding = diagnose(job, state, status, end);
    return Optional.of(
        new ObservedJob(
            WorkKind.JOB,
            job.getMetadata().getName(),
            labels.getOrDefault(JobNames.RUN_ID, ""),
            stage.get(),
            attempt(labels.get(JobNames.ATTEMPT)),
            job.getMetadata().getAnnotations().getOrDefault(JobNames.INPUT_DIGEST, ""),
            state,
            time(status.getStartTime()),
            end.map(condition -> time(condition.getLastTransitionTime())).orElse(null),
            count(status.getActive()),
            count(status.getSucceeded()),
            IndexRanges.count(status.getFailedIndexes()),
            finding.reason(),
            finding.message()));
  }

  private PodDiagnosis.Finding diagnose(
      Job job, JobState state, JobStatus status, Optional<JobCondition> end) {
    if (state == JobState.FAILED) {
      return diagnosis.failure(
          WorkPods.of(job), end.orElseThrow().getReason(), end.orElseThrow().getMessage());
    }
    if (state != JobState.ACTIVE || count(status.getReady()) > 0) {
      return PodDiagnosis.Finding.NONE;
    }
    if (Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      return diagnosis.queued(job, suspendedSince(job, status));
    }
    return status.getStartTime() == null
        ? PodDiagnosis.Finding.NONE
        : diagnosis.obstacle(job, WorkPods.of(job));
  }

  private static @Nullable String suspendedSince(Job job, JobStatus status) {
    return status.getConditions().stream()
        .filter(condition -> "Suspended".equals(condition.getType()))
        .filter(condition -> "True".equals(condition.getStatus()))
        .map(JobCondition::getLastTransitionTime)
        .findFirst()
        .orElse(job.getMetadata().getCreationTimestamp());
  }

  private static JobState state(Job job) {
    if (job.getMetadata().getDeletionTimestamp() != null) {
      return JobState.DELETING;
    }
    return ending(job)
        .map(
            condition ->
                condition.getType().equals("Complete") ? JobState.COMPLETE : JobState.FAILED)
        .orElse(JobState.ACTIVE);
  }

  /** Only these two conditions end a Job; {@code FailureTarget} and failed Pods do not. */
  private static Optional<JobCondition> ending(Job job) {
    if (job.getStatus() == null || job.getStatus().getConditions() == null) {
      return Optional.empty();
    }
    return job.getStatus().getConditions().stream()
        .filter(condition -> "True".equals(condition.getStatus()))
        .filter(
            condition ->
                condition.getType().equals("Complete") || condition.getType().equals("Failed"))
        .findFirst();
  }

  static int attempt(@Nullable String label) {
    return label != null && label.matches("[0-9]{1,4}") ? Integer.parseInt(label) : 1;
  }

  private static int count(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  static @Nullable Instant time(@Nullable String text) {
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
