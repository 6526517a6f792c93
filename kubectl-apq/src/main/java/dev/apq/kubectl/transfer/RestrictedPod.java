package dev.apq.kubectl.transfer;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/** What all Pods of the plugin have in common: the restricted profile, no token, an early end. */
public final class RestrictedPod {
  private static final long NON_ROOT = 65532L;

  private RestrictedPod() {}

  /** A Pod without containers and volumes yet. */
  public static PodSpecBuilder of(Worker worker, long deadlineSeconds) {
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withActiveDeadlineSeconds(deadlineSeconds)
        .withTerminationGracePeriodSeconds(5L)
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(NON_ROOT)
        .withRunAsGroup(NON_ROOT)
        .withFsGroup(NON_ROOT)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile(null, "RuntimeDefault")
        .endSecurityContext()
        .withImagePullSecrets(worker.pullSecrets())
        .withNodeSelector(worker.nodeSelector())
        .withTolerations(worker.tolerations());
  }

  /** A container without mounts yet. */
  public static ContainerBuilder container(String name, Worker worker, List<String> arguments) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(worker.image())
        .withImagePullPolicy(worker.pullPolicy())
        .withArgs(arguments)
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .addToDrop("ALL")
        .endCapabilities()
        .endSecurityContext();
  }

  /** A container that only copies bytes. */
  public static Container small(ContainerBuilder container) {
    return container
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("128Mi")))
        .withLimits(Map.of("memory", new Quantity("256Mi")))
        .endResources()
        .build();
  }
}
