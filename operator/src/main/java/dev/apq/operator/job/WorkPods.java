package dev.apq.operator.job;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.batch.v1.Job;

/**
 * How the Pods of a Job or TrainJob are found.
 *
 * @param namespace where they are
 * @param label the label that they share
 * @param value its value
 */
record WorkPods(String namespace, String label, String value) {

  static WorkPods of(Job job) {
    return new WorkPods(
        job.getMetadata().getNamespace(),
        "batch.kubernetes.io/controller-uid",
        job.getMetadata().getUid());
  }

  /** A TrainJob makes a JobSet of its own name, whose Pods tell that name. */
  static WorkPods of(GenericKubernetesResource trainJob) {
    return new WorkPods(
        trainJob.getMetadata().getNamespace(),
        "jobset.sigs.k8s.io/jobset-name",
        trainJob.getMetadata().getName());
  }
}
