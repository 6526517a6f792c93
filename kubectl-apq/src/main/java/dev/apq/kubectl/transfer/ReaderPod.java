package dev.apq.kubectl.transfer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Pod that writes a part of a resource's artifacts to its log: {@code worker send}. It sees that
 * resource's folder, read-only, and nothing else of the store.
 */
final class ReaderPod {
  /** Label by which Pods that were left behind can be found. */
  static final Map<String, String> LABEL = Map.of("app.kubernetes.io/managed-by", "kubectl-apq");

  private static final String ARTIFACTS = "/apq/artifacts";
  private static final long DEADLINE_SECONDS = 600;

  private ReaderPod() {}

  /**
   * The Pod.
   *
   * @param owner the resource; the Pod goes with it at the latest
   * @param name its name
   * @param folder the resource's folder in the store
   * @param paths what to send
   * @param offset where to begin
   * @param limit bytes to send at most
   */
  static Pod of(
      Worker worker,
      HasMetadata owner,
      String name,
      String folder,
      List<String> paths,
      long offset,
      long limit) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "send", "--store=file://" + ARTIFACTS, "--offset=" + offset, "--limit=" + limit));
    arguments.addAll(paths);
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(LABEL)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(false)
                .withBlockOwnerDeletion(false)
                .build())
        .endMetadata()
        .withSpec(
            RestrictedPod.of(worker, DEADLINE_SECONDS)
                .withContainers(
                    RestrictedPod.small(
                        RestrictedPod.container(Worker.CONTAINER, worker, arguments)
                            .withVolumeMounts(
                                new VolumeMountBuilder()
                                    .withName("artifacts")
                                    .withMountPath(ARTIFACTS)
                                    .withSubPath(folder)
                                    .withReadOnly(true)
                                    .build(),
                                new VolumeMountBuilder()
                                    .withName("tmp")
                                    .withMountPath("/tmp")
                                    .build())))
                .withVolumes(
                    new VolumeBuilder()
                        .withName("artifacts")
                        .withNewPersistentVolumeClaim(worker.claim(), false)
                        .build(),
                    new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build())
                .build())
        .build();
  }
}
