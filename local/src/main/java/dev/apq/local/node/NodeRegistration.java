package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The node's own objects: a Node that says what it has, and a Lease that says that it lives. */
final class NodeRegistration {
  private static final String LEASES = "kube-node-lease";
  private static final int LEASE_SECONDS = 40;

  private final KubernetesClient client;
  private final NodeSettings settings;
  private final Clock clock;

  NodeRegistration(KubernetesClient client, NodeSettings settings, Clock clock) {
    this.client = client;
    this.settings = settings;
    this.clock = clock;
  }

  /** Creates or refreshes the Node and reports it ready. */
  void register(Map<String, Quantity> allocatable, int logPort) {
    String name = settings.name();
    if (client.nodes().withName(name).get() == null) {
      client.resource(node(name)).create();
    }
    Map<String, Object> status =
        Map.of(
            "status",
            Map.of(
                "capacity", settings.capacity(),
                "allocatable", allocatable,
                "addresses",
                    List.of(
                        Map.of("type", "InternalIP", "address", settings.address()),
                        Map.of("type", "Hostname", "address", "localhost")),
                "daemonEndpoints", Map.of("kubeletEndpoint", Map.of("Port", logPort)),
                "nodeInfo", nodeInfo(),
                "conditions", ready()));
    patchStatus(status);
    renewLease();
  }

  /**
   * Says so again if the control plane, which lost sight of the node, says that it is not ready.
   */
  void stayReady() {
    Node node = client.nodes().withName(settings.name()).get();
    boolean doubted =
        node != null
            && node.getStatus().getConditions().stream()
                .anyMatch(
                    condition ->
                        condition.getType().equals("Ready")
                            && !condition.getStatus().equals("True"));
    if (doubted) {
      patchStatus(Map.of("status", Map.of("conditions", ready())));
    }
  }

  private List<NodeCondition> ready() {
    return conditions(true, "AgentReady", "the node agent runs Pods");
  }

  /** Reports the node not ready, so that nothing more is scheduled here. */
  void leave() {
    patchStatus(
        Map.of(
            "status",
            Map.of("conditions", conditions(false, "AgentStopped", "the node agent has stopped"))));
  }

  /** Says that the node lives; to be called well within {@value #LEASE_SECONDS} s. */
  void renewLease() {
    ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    var leases = client.leases().inNamespace(LEASES);
    @Nullable Lease held = leases.withName(settings.name()).get();
    if (held != null) {
      held.getSpec().setRenewTime(now);
      leases.resource(held).update();
      return;
    }
    Lease lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName(settings.name())
            .withNamespace(LEASES)
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity(settings.name())
            .withLeaseDurationSeconds(LEASE_SECONDS)
            .withRenewTime(now)
            .endSpec()
            .build();
    try {
      leases.resource(lease).create();
    } catch (KubernetesClientException e) {
      // The namespace is made by a controller shortly after the first start; the next renewal
      // finds it.
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private void patchStatus(Map<String, Object> status) {
    client
        .nodes()
        .withName(settings.name())
        .subresource("status")
        .patch(
            io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                io.fabric8.kubernetes.client.dsl.base.PatchType.STRATEGIC_MERGE),
            client.getKubernetesSerialization().asJson(status));
  }

  private static Node node(String name) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("kubernetes.io/hostname", name)
        .addToLabels("kubernetes.io/os", "linux")
        .addToLabels("kubernetes.io/arch", architecture())
        .endMetadata()
        .withNewSpec()
        .endSpec()
        .build();
  }

  private List<NodeCondition> conditions(boolean ready, String reason, String message) {
    String now = Instant.now(clock).truncatedTo(ChronoUnit.SECONDS).toString();
    return List.of(
        new NodeConditionBuilder()
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .withReason(reason)
            .withMessage(message)
            .withLastHeartbeatTime(now)
            .withLastTransitionTime(now)
            .build());
  }

  private static Map<String, String> nodeInfo() {
    return Map.of(
        "architecture", architecture(),
        "bootID", "",
        "containerRuntimeVersion", "process://apq-local",
        "kernelVersion", System.getProperty("os.version", ""),
        "kubeProxyVersion", "",
        "kubeletVersion", "apq-local",
        "machineID", "",
        "operatingSystem", "linux",
        "osImage", "local processes",
        "systemUUID", "");
  }

  private static String architecture() {
    return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
  }
}
