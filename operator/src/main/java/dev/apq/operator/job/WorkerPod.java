package dev.apq.operator.job;

import dev.apq.api.v1alpha1.EnvEntry;
import dev.apq.api.v1alpha1.ImagePullPolicy;
import dev.apq.api.v1alpha1.WorkerResources;
import dev.apq.api.v1alpha1.WorkerTemplate;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A worker's Pod: restricted, without a service-account token, with nothing writable but its
 * resource's folder and {@code /tmp}. The Pod of a verification reads its supernet's folder beside
 * its own.
 */
final class WorkerPod {
  static final String CONTAINER = "worker";
  private static final long NON_ROOT = 65532L;
  private static final long GRACE_SECONDS = 60L;
  private static final BigDecimal MOST_THREADS = BigDecimal.valueOf(4096);
  private static final String ARTIFACTS = "/apq/artifacts";
  private static final String SUPERNET = "/apq/supernet";
  private static final String SPEC = "/apq/spec";
  private static final String DATA = "/apq/data";

  private final WorkerStorage storage;
  private final String specConfigMap;
  private final @Nullable String dataClaim;

  WorkerPod(WorkerStorage storage, String specConfigMap, @Nullable String dataClaim) {
    this.storage = storage;
    this.specConfigMap = specConfigMap;
    this.dataClaim = dataClaim;
  }

  PodSpec build(WorkerTemplate wanted, JobTemplate.Request request) {
    PodSpecBuilder pod =
        new PodSpecBuilder()
            .withRestartPolicy("Never")
            .withServiceAccountName(storage.serviceAccount())
            .withAutomountServiceAccountToken(false)
            .withEnableServiceLinks(false)
            .withTerminationGracePeriodSeconds(GRACE_SECONDS)
            .withNewSecurityContext()
            .withRunAsNonRoot(true)
            .withRunAsUser(NON_ROOT)
            .withRunAsGroup(NON_ROOT)
            .withFsGroup(NON_ROOT)
            .withFsGroupChangePolicy("OnRootMismatch")
            .withNewSeccompProfile(null, "RuntimeDefault")
            .endSecurityContext()
            .withContainers(container(wanted, request))
            .withVolumes(volumes());
    place(pod, wanted);
    return pod.build();
  }

  private static void place(PodSpecBuilder pod, WorkerTemplate wanted) {
    pod.withNodeSelector(wanted.nodeSelector())
        .withPriorityClassName(wanted.priorityClassName())
        .withRuntimeClassName(wanted.runtimeClassName())
        .withImagePullSecrets(
            wanted.imagePullSecrets().stream().map(LocalObjectReference::new).toList())
        .withTolerations(
            wanted.tolerations().stream()
                .map(
                    t ->
                        new Toleration(
                            t.effect(), t.key(), t.operator(), t.tolerationSeconds(), t.value()))
                .toList());
  }

  private Container container(WorkerTemplate wanted, JobTemplate.Request request) {
    ContainerBuilder container =
        new ContainerBuilder()
            .withName(CONTAINER)
            .withImage(wanted.image())
            .withImagePullPolicy(policy(wanted.imagePullPolicy()))
            .withArgs(arguments(request))
            .withEnv(environment(wanted, request))
            .withTerminationMessagePolicy("FallbackToLogsOnError")
            .withVolumeMounts(mounts(request))
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withReadOnlyRootFilesystem(true)
            .withNewCapabilities()
            .addToDrop("ALL")
            .endCapabilities()
            .endSecurityContext();
    WorkerResources resources = wanted.resources();
    if (resources != null) {
      container
          .withNewResources()
          .withRequests(resources.requests())
          .withLimits(resources.limits())
          .endResources();
    }
    return container.build();
  }

  private List<String> arguments(JobTemplate.Request request) {
    List<String> arguments = new ArrayList<>();
    arguments.add(request.stage().folder());
    arguments.add("--spec=" + SPEC + "/spec.json");
    arguments.add("--store=" + storage.uri(request.settings().artifactPath(), ARTIFACTS));
    String supernet = request.settings().supernetPath();
    if (supernet != null) {
      arguments.add("--supernet=" + storage.uri(supernet, SUPERNET));
    }
    return arguments;
  }

  // The operator's own variables come last: a later entry of the same name wins.
  private List<EnvVar> environment(WorkerTemplate wanted, JobTemplate.Request request) {
    List<EnvVar> environment = new ArrayList<>();
    threads(cpuLimit(wanted))
        .ifPresent(threads -> environment.add(new EnvVar("OMP_NUM_THREADS", threads, null)));
    for (EnvEntry entry : wanted.env()) {
      environment.removeIf(variable -> variable.getName().equals(entry.name()));
      environment.add(new EnvVar(entry.name(), entry.value(), null));
    }
    environment.removeIf(variable -> variable.getName().startsWith("APQ_"));
    environment.add(new EnvVar("APQ_INPUT_DIGEST", request.inputDigest(), null));
    for (EnvVar own : storage.environment()) {
      environment.removeIf(variable -> variable.getName().equals(own.getName()));
      environment.add(own);
    }
    return environment;
  }

  private static @Nullable Quantity cpuLimit(WorkerTemplate wanted) {
    return wanted.resources() == null ? null : wanted.resources().limits().get("cpu");
  }

  /** The schema admits what is no quantity, which the API server tells, and 1e999999999. */
  private static Optional<String> threads(@Nullable Quantity cpu) {
    try {
      return Optional.ofNullable(cpu)
          .map(Quantity::getNumericalAmount)
          .filter(amount -> amount.signum() > 0 && amount.compareTo(MOST_THREADS) <= 0)
          .map(amount -> amount.setScale(0, RoundingMode.CEILING).toPlainString());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String policy(@Nullable ImagePullPolicy policy) {
    if (policy == null) {
      return null;
    }
    return switch (policy) {
      case ALWAYS -> "Always";
      case IF_NOT_PRESENT -> "IfNotPresent";
      case NEVER -> "Never";
    };
  }

  private List<VolumeMount> mounts(JobTemplate.Request request) {
    List<VolumeMount> mounts =
        new ArrayList<>(storage.mounts(request.settings().artifactPath(), ARTIFACTS, false));
    String supernet = request.settings().supernetPath();
    if (supernet != null) {
      mounts.addAll(storage.mounts(supernet, SUPERNET, true));
    }
    mounts.add(
        new VolumeMountBuilder().withName("spec").withMountPath(SPEC).withReadOnly(true).build());
    mounts.add(new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
    if (dataClaim != null) {
      mounts.add(
          new VolumeMountBuilder().withName("data").withMountPath(DATA).withReadOnly(true).build());
    }
    return mounts;
  }

  private List<Volume> volumes() {
    List<Volume> volumes = new ArrayList<>(storage.volumes());
    volumes.add(
        new VolumeBuilder()
            .withName("spec")
            .withNewConfigMap()
            .withName(specConfigMap)
            .endConfigMap()
            .build());
    volumes.add(new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build());
    if (dataClaim != null) {
      volumes.add(
          new VolumeBuilder()
              .withName("data")
              .withNewPersistentVolumeClaim(dataClaim, true)
              .build());
    }
    return volumes;
  }
}
