package dev.apq.kubectl.transfer;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the workers of a resource run, taken from one of its Jobs: a Pod that reads what they wrote
 * runs the same way.
 *
 * @param image image of the worker
 * @param pullPolicy when to pull it
 * @param pullSecrets with which Secrets
 * @param claim claim of the artifact store
 * @param nodeSelector labels of the nodes it may run on
 * @param tolerations taints it tolerates
 * @param objects how it reaches a store in S3; null if it mounts the claim
 */
public record Worker(
    String image,
    @Nullable String pullPolicy,
    List<LocalObjectReference> pullSecrets,
    String claim,
    Map<String, String> nodeSelector,
    List<Toleration> tolerations,
    @Nullable ObjectAccess objects) {
  /** The claim's name unless the operator was told another. */
  public static final String DEFAULT_CLAIM = "apq-artifacts";

  /** Name of the worker's container in Pods that the operator makes. */
  public static final String CONTAINER = "worker";

  private static final String VOLUME = "artifacts";

  /** A worker of which only the image is known. */
  public static Worker ofImage(String image) {
    return new Worker(image, null, List.of(), DEFAULT_CLAIM, Map.of(), List.of(), null);
  }

  /** As in the newest of these Jobs that has a worker. */
  public static Optional<Worker> ofNewest(List<Job> jobs) {
    return jobs.stream()
        .sorted(
            Comparator.comparing(
                    (Job job) ->
                        Objects.requireNonNullElse(job.getMetadata().getCreationTimestamp(), ""))
                .reversed())
        .map(job -> of(job.getSpec().getTemplate().getSpec()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Worker> of(PodSpec pod) {
    Optional<String> claim =
        pod.getVolumes().stream()
            .filter(volume -> VOLUME.equals(volume.getName()))
            .map(Volume::getPersistentVolumeClaim)
            .filter(Objects::nonNull)
            .map(source -> source.getClaimName())
            .findFirst();
    return pod.getContainers().stream()
        .filter(container -> CONTAINER.equals(container.getName()))
        .findFirst()
        .map(
            container ->
                new Worker(
                    container.getImage(),
                    container.getImagePullPolicy(),
                    Objects.requireNonNullElse(pod.getImagePullSecrets(), List.of()),
                    claim.orElse(DEFAULT_CLAIM),
                    Objects.requireNonNullElse(pod.getNodeSelector(), Map.of()),
                    Objects.requireNonNullElse(pod.getTolerations(), List.of()),
                    ObjectAccess.of(pod, container).orElse(null)));
  }

  /** The same with another claim, if one is given. */
  public Worker withClaim(@Nullable String other) {
    return other == null
        ? this
        : new Worker(image, pullPolicy, pullSecrets, other, nodeSelector, tolerations, null);
  }
}
