package dev.apq.kubectl.profile;

import dev.apq.kubectl.transfer.RestrictedPod;
import dev.apq.kubectl.transfer.Worker;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Job that measures: {@code worker profile}, which writes the table to its log at the end. It
 * takes no part in the artifact store.
 *
 * @param namespace where it runs
 * @param worker image and how to pull it
 * @param space what is measured
 * @param place where and with what it runs
 */
public record ProfileJob(String namespace, Worker worker, Space space, Place place) {
  private static final Map<String, String> LABELS =
      Map.of("app.kubernetes.io/managed-by", "kubectl-apq");
  private static final String SPECIFICATION = "/apq/spec";
  private static final String RESULT = "/apq/result";
  private static final int KEPT_SECONDS = 600;

  /** What is measured. */
  public sealed interface Space {}

  /**
   * A space that the worker knows.
   *
   * @param name its name
   */
  public record Preset(String name) implements Space {}

  /**
   * The space of a training.
   *
   * @param configMap ConfigMap with its {@code spec.json}
   */
  public record OfTraining(String configMap) implements Space {}

  /**
   * Where and with what it runs.
   *
   * @param nodeSelector labels of the node
   * @param tolerateTaints whether taints of the node are no obstacle
   * @param cpus processors, requested and not exceeded
   * @param memory memory, requested and not exceeded
   * @param budgetSeconds time that measuring may take
   * @param validated random networks to compare the table with
   */
  public record Place(
      Map<String, String> nodeSelector,
      boolean tolerateTaints,
      int cpus,
      String memory,
      int budgetSeconds,
      int validated) {}

  /**
   * The Job.
   *
   * @param name its name
   * @param table name of the table
   * @param deadlineSeconds after which it is given up
   */
  public Job build(String name, String table, long deadlineSeconds) {
    return new JobBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(LABELS)
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withActiveDeadlineSeconds(deadlineSeconds)
        .withTtlSecondsAfterFinished(KEPT_SECONDS)
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(LABELS)
        .endMetadata()
        .withSpec(pod(table, deadlineSeconds))
        .endTemplate()
        .endSpec()
        .build();
  }

  private PodSpec pod(String table, long deadlineSeconds) {
    Map<String, Quantity> resources =
        Map.of(
            "cpu", new Quantity(Integer.toString(place.cpus())),
            "memory", new Quantity(place.memory()));
    List<VolumeMount> mounts =
        new ArrayList<>(List.of(mount("result", RESULT), mount("tmp", "/tmp")));
    List<Volume> volumes = new ArrayList<>(List.of(empty("result"), empty("tmp")));
    if (space instanceof OfTraining training) {
      mounts.add(new VolumeMountBuilder(mount("spec", SPECIFICATION)).withReadOnly(true).build());
      volumes.add(
          new VolumeBuilder()
              .withName("spec")
              .withNewConfigMap()
              .withName(training.configMap())
              .endConfigMap()
              .build());
    }
    PodSpecBuilder pod =
        RestrictedPod.of(worker, deadlineSeconds)
            .withNodeSelector(place.nodeSelector())
            .withContainers(
                RestrictedPod.container(Worker.CONTAINER, worker, arguments(table))
                    .addNewEnv()
                    .withName("OMP_NUM_THREADS")
                    .withValue(Integer.toString(place.cpus()))
                    .endEnv()
                    .withNewResources()
                    .withRequests(resources)
                    .withLimits(resources)
                    .endResources()
                    .withVolumeMounts(mounts)
                    .build())
            .withVolumes(volumes);
    if (place.tolerateTaints()) {
      List<Toleration> all = new ArrayList<>(worker.tolerations());
      all.add(new TolerationBuilder().withOperator("Exists").withEffect("NoSchedule").build());
      pod.withTolerations(all);
    }
    return pod.build();
  }

  private List<String> arguments(String table) {
    return List.of(
        "profile",
        space instanceof Preset preset
            ? "--preset=" + preset.name()
            : "--spec=" + SPECIFICATION + "/spec.json",
        "--out=" + RESULT,
        "--name=" + table,
        "--budget-seconds=" + place.budgetSeconds(),
        "--validate=" + place.validated(),
        "--send");
  }

  private static VolumeMount mount(String volume, String path) {
    return new VolumeMountBuilder().withName(volume).withMountPath(path).build();
  }

  private static Volume empty(String name) {
    return new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build();
  }
}
