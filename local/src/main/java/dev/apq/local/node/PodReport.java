package dev.apq.local.node;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one Pod.
 *
 * @param policy restart policy
 * @param startedAt when the agent took the Pod up
 * @param init reports of the init containers, in order
 * @param main reports of the other containers
 * @param failure set when the Pod has failed for a reason of its own
 */
record PodReport(
    RestartPolicy policy,
    Instant startedAt,
    List<ContainerReport> init,
    List<ContainerReport> main,
    @Nullable Failure failure) {

  /**
   * Why the Pod as a whole failed.
   *
   * @param reason one CamelCase word; may be empty
   * @param message for people; may be empty
   * @param disruption whether the node is to blame, so that a Job may replace the Pod for free
   */
  record Failure(String reason, String message, boolean disruption) {
    /** It was deleted while it ran; a kubelet gives no reason for that either. */
    static final Failure DELETED = new Failure("", "", false);
  }

  boolean initialized() {
    return init.stream().allMatch(ContainerReport::succeeded);
  }

  /** The phase as kubelet derives it from the containers (Pod lifecycle, "Pod phase"). */
  String phase() {
    if (failure != null) {
      return "Failed";
    }
    if (!initialized()) {
      boolean lost =
          policy == RestartPolicy.NEVER && init.stream().anyMatch(ContainerReport::failed);
      return lost ? "Failed" : "Pending";
    }
    if (main.stream().anyMatch(c -> !c.started())) {
      return "Pending";
    }
    if (main.stream().anyMatch(c -> !(c.state() instanceof RunState.Terminated))) {
      return "Running";
    }
    if (main.stream().allMatch(ContainerReport::succeeded)) {
      return policy == RestartPolicy.ALWAYS ? "Running" : "Succeeded";
    }
    return policy == RestartPolicy.NEVER ? "Failed" : "Running";
  }

  boolean terminal() {
    String phase = phase();
    return phase.equals("Failed") || phase.equals("Succeeded");
  }
}
