package dev.apq.kubectl.transfer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Pod that writes a part of a resource's artifacts to its log: {@code worker send}. Of a volume
 * it sees that resource's folder, read-only; a bucket it reaches as the resource's workers do.
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
    ObjectAccess objects = worker.objects();
    String store = objects == null ? "file://" + ARTIFACTS : objects.root() + "/" + folder;
    List<String> arguments =
        new ArrayList<>(
            List.of("send", "--store=" + store, "--offset=" + offset, "--limit=" + limit));
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
                .withServiceAccountName(objects == null ? null : objects.serviceAccount())
                .withContainers(
                    RestrictedPod.small(
                        RestrictedPod.container(Worker.CONTAINER, worker, arguments)
                            .withEnv(objects == null ? List.of() : objects.environment())
                            .withVolumeMounts(mounts(objects, folder))))
                .withVolumes(volumes(worker))
                .build())
        .build();
  }

  private static List<VolumeMount> mounts(@Nullable ObjectAccess objects, String folder) {
    VolumeMount tmp = new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build();
    VolumeMount artifacts =
        new VolumeMountBuilder()
            .withName("artifacts")
            .withMountPath(ARTIFACTS)
            .withSubPath(folder)
            .withReadOnly(true)
            .build();
    return objects == null ? List.of(artifacts, tmp) : List.of(tmp);
  }

  private static List<Volume> volumes(Worker worker) {
    Volume tmp = new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build();
    Volume artifacts =
        new VolumeBuilder()
            .withName("artifacts")
            .withNewPersistentVolumeClaim(worker.claim(), false)
            .build();
    return worker.objects() == null ? List.of(artifacts, tmp) : List.of(tmp);
  }
}
