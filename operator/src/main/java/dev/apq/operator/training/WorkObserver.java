package dev.apq.operator.training;

import dev.apq.api.v1alpha1.SupernetTraining;
import dev.apq.operator.config.OperatorConfig;
import dev.apq.operator.job.JobObserver;
import dev.apq.operator.job.ObservedJob;
import dev.apq.operator.job.TrainJobObserver;
import dev.apq.operator.job.TrainJobs;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds what works for a training: its Jobs and, if it asks for one, its TrainJob. */
@Singleton
public class WorkObserver {
  private final JobObserver jobs;
  private final TrainJobObserver trainJobs;
  private final TrainJobs cluster;
  private final boolean enabled;

  /** With observers of both kinds. */
  @Inject
  public WorkObserver(
      JobObserver jobs, TrainJobObserver trainJobs, TrainJobs cluster, OperatorConfig config) {
    this.jobs = jobs;
    this.trainJobs = trainJobs;
    this.cluster = cluster;
    this.enabled = config.trainJobs().enabled();
  }

  /**
   * What was found.
   *
   * @param jobs that the training owns
   * @param delegation whether stage Train runs as a TrainJob
   */
  record Work(List<ObservedJob> jobs, Delegation delegation) {}

  Work of(SupernetTraining training, Collection<Job> known) {
    List<ObservedJob> found = new ArrayList<>(jobs.observe(training, known));
    if (training.getSpec().distributed() == null) {
      return new Work(found, Delegation.NONE);
    }
    if (!enabled) {
      return new Work(found, Delegation.DISABLED);
    }
    Optional<List<GenericKubernetesResource>> delegated = cluster.of(training);
    if (delegated.isEmpty()) {
      return new Work(found, Delegation.NOT_INSTALLED);
    }
    found.addAll(trainJobs.observe(training, delegated.get()));
    return new Work(found, Delegation.READY);
  }
}
