package dev.apq.local.e2e;

import dev.apq.local.controlplane.ControlPlane;
import dev.apq.local.controlplane.TlsContexts;
import dev.apq.local.environment.OperatorProcess;
import dev.apq.local.faults.ApiRequest;
import dev.apq.local.faults.FaultPlan;
import dev.apq.local.faults.FaultProxy;
import dev.apq.local.process.Ports;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.random.RandomGenerator;

/**
 * An operator with no rights but those of the cluster-wide overlay, behind a proxy on which faults
 * happen. The run's other operator is stopped meanwhile.
 */
final class OperatorUnderFaults implements AutoCloseable {
  static final String NAMESPACE = "apq-system";
  static final String ACCOUNT = "apq-operator";
  private static final Set<String> RIGHTS =
      Set.of(
          "Namespace",
          "ServiceAccount",
          "ClusterRole",
          "ClusterRoleBinding",
          "Role",
          "RoleBinding");
  private static final Set<String> NO_RESOURCES =
      Set.of("leases", "selfsubjectaccessreviews", "selfsubjectrulesreviews");

  private final Cluster cluster;
  private final String name;
  private final Map<String, String> variables;
  private final FaultProxy proxy;
  private final String token;
  private final Path kubeconfig;
  private OperatorProcess process;

  private OperatorUnderFaults(Cluster cluster, String name, Map<String, String> more) {
    this.cluster = cluster;
    this.name = name;
    this.variables = new HashMap<>(more);
    variables.put("APQ_LEADER_ELECTION_NAMESPACE", NAMESPACE);
    variables.put("APQ_LOG_JSON", "false");
    install();
    ControlPlane controlPlane = cluster.environment().controlPlane();
    proxy =
        FaultProxy.start(
            new Ports(RandomGenerator.getDefault()).next(),
            controlPlane.apiPort(),
            TlsContexts.server(controlPlane.authority(), controlPlane.apiServerCredentials()),
            TlsContexts.client(controlPlane.authority()),
            new FaultPlan(1, List.of()));
    token =
        cluster
            .kubectl()
            .run("", "--namespace=" + NAMESPACE, "create", "token", ACCOUNT, "--duration=2h")
            .strip();
    kubeconfig = kubeconfig();
    process = launch();
  }

  static OperatorUnderFaults start(Cluster cluster) {
    return start(cluster, "faults", Map.of());
  }

  static OperatorUnderFaults start(Cluster cluster, String name, Map<String, String> variables) {
    cluster.stopOperator();
    return new OperatorUnderFaults(cluster, name, variables);
  }

  /** What the overlay grants, without the Deployment. */
  private void install() {
    cluster.environment().installCustomResources();
    grantRights(cluster);
  }

  /** What the overlay grants. */
  static void grantRights(Cluster cluster) {
    grant(cluster, RIGHTS);
  }

  /** Applies what the overlay holds of some kinds. */
  void grant(Set<String> kinds) {
    grant(cluster, kinds);
  }

  private static void grant(Cluster cluster, Set<String> kinds) {
    Path overlay = cluster.distribution().root().resolve("k8s/overlays/cluster-wide");
    String documents = cluster.kubectl().run("", "kustomize", overlay.toString());
    List<HasMetadata> objects =
        cluster
            .admin()
            .load(new ByteArrayInputStream(documents.getBytes(StandardCharsets.UTF_8)))
            .items();
    objects.stream()
        .filter(object -> kinds.contains(object.getKind()))
        .forEach(object -> cluster.admin().resource(object).forceConflicts().serverSideApply());
  }

  private Path kubeconfig() {
    try {
      Path file = cluster.environment().paths().root().resolve(name + ".kubeconfig");
      Files.copy(
          cluster.environment().paths().kubeconfig(),
          file,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Kubectl own = new Kubectl(file);
      own.run("", "config", "set-cluster", "apq", "--server=https://127.0.0.1:" + proxy.port());
      own.run("", "config", "set-credentials", ACCOUNT, "--token=" + token);
      own.run("", "config", "set-context", "--current", "--user=" + ACCOUNT);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OperatorProcess launch() {
    return cluster.environment().launchOperator(name, kubeconfig, variables);
  }

  FaultProxy proxy() {
    return proxy;
  }

  OperatorProcess process() {
    return process;
  }

  /** The bearer token that it shows to the API server. */
  String token() {
    return token;
  }

  /** Kills it and starts it again, as a kubelet would. */
  void restart() {
    process.kill();
    process = launch();
  }

  /** Starts it again, until it stays, if it has ended itself; a kubelet would do no less. */
  void keepAlive() {
    if (!process.alive()) {
      process = launch();
    }
  }

  /**
   * Changes it asked for since an earlier look; leases and reviews of rights change no resource.
   */
  SortedMap<ApiRequest, Long> writesSince(Map<ApiRequest, Long> earlier) {
    SortedMap<ApiRequest, Long> writes = proxy.requests().since(earlier);
    writes
        .keySet()
        .removeIf(request -> !request.writes() || NO_RESOURCES.contains(request.resource()));
    return writes;
  }

  /** Lease renewals so far: a clock of two seconds that only runs while it leads. */
  long renewals() {
    return proxy.requests().of("update", "leases") + proxy.requests().of("patch", "leases");
  }

  String log() {
    return Wait.read(process.log());
  }

  List<String> errors() {
    return OperatorLog.errors(process.log());
  }

  @Override
  public void close() {
    proxy.rules().clear();
    process.resume();
    process.close();
    proxy.close();
  }
}
