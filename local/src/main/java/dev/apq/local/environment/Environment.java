package dev.apq.local.environment;

import dev.apq.local.controlplane.ControlPlane;
import dev.apq.local.controlplane.ControlPlaneSettings;
import dev.apq.local.controlplane.TlsContexts;
import dev.apq.local.faults.FaultPlan;
import dev.apq.local.faults.FaultProxy;
import dev.apq.local.node.NodeAgent;
import dev.apq.local.node.NodePaths;
import dev.apq.local.node.NodeSettings;
import dev.apq.local.process.Ports;
import dev.apq.local.process.ProcessTable;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster with the product in it, on this machine and for this user only: control plane,
 * one node, the custom resources, the artifact volume and the operator.
 */
public final class Environment implements AutoCloseable {
  /** Name of the one node. */
  public static final String NODE = "local";

  private final EnvironmentPaths paths;
  private final Distribution distribution;
  private final Ports ports = new Ports(RandomGenerator.getDefault());
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ProcessTable processes;
  private final ControlPlane controlPlane;
  private final KubernetesClient admin;
  private Path operatorKubeconfig;
  private @Nullable OperatorProcess operator;

  private Environment(
      EnvironmentPaths paths, Distribution distribution, Path binary, NodeSettings node) {
    this.paths = paths;
    this.operatorKubeconfig = paths.kubeconfig();
    this.distribution = distribution;
    try {
      paths.create();
      this.processes = opened(ProcessTable.open(paths.processes()));
      this.controlPlane =
          opened(
              ControlPlane.start(
                  new ControlPlaneSettings(
                      binary, paths.controlPlane(), paths.logs(), node.name(), paths.lastApiPort()),
                  processes,
                  ports));
      paths.rememberApiPort(controlPlane.apiPort());
      Files.copy(
          controlPlane.adminKubeconfig(),
          paths.kubeconfig(),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      this.admin = opened(ControlPlane.client(paths.kubeconfig()));
      KubernetesClient nodeClient = opened(ControlPlane.client(controlPlane.nodeKubeconfig()));
      opened(
          NodeAgent.start(
              nodeClient,
              node,
              new NodePaths(paths.node(), paths.podLogs()),
              distribution.images(paths.workerCache(), paths.standIn()),
              processes,
              new NodeAgent.LogEndpoint(
                  TlsContexts.server(controlPlane.authority(), controlPlane.nodeCredentials()),
                  ports.next())));
    } catch (IOException e) {
      close();
      throw new UncheckedIOException("cannot use " + paths.root(), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts control plane and node.
   *
   * @param binary the compiled control plane
   * @throws IllegalStateException when a part does not start; nothing is left running then
   */
  public static Environment start(
      EnvironmentPaths paths, Distribution distribution, Path binary, NodeSettings node) {
    return new Environment(paths, distribution, binary, node);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  /** Makes the API server know the product's resources. */
  public void installCustomResources() {
    CustomResources.install(admin, distribution.customResources());
  }

  /** Installs the custom resources, the artifact volume of {@code namespace} and the operator. */
  public OperatorProcess startOperator(String namespace) {
    distribution.requireBuilt();
    installCustomResources();
    new ArtifactVolume(ArtifactVolume.ARTIFACTS_CLAIM, paths.artifacts()).provide(admin, namespace);
    return launchOperator();
  }

  /** Starts an operator process, for the first time or in place of one that has ended. */
  public OperatorProcess launchOperator() {
    OperatorProcess started = launchOperator("operator", operatorKubeconfig, Map.of());
    operator = started;
    return started;
  }

  /**
   * Starts one more operator process.
   *
   * @param name names its log file and, in leader election, the process
   * @param kubeconfig how it reaches the API server, and as whom
   * @param variables environment variables beyond those that every operator gets here
   */
  public OperatorProcess launchOperator(
      String name, Path kubeconfig, Map<String, String> variables) {
    int port = ports.next();
    return opened(
        OperatorProcess.start(
            new OperatorProcess.Settings(
                distribution.operator(),
                kubeconfig,
                paths.artifacts(),
                port,
                "apq-" + name + "-" + port,
                paths.root(),
                paths.logs().resolve(name + ".log"),
                variables),
            processes));
  }

  /**
   * Puts a proxy on which faults happen between the API server and the operators started from now
   * on.
   */
  public FaultProxy interpose(FaultPlan plan) {
    Path authority = controlPlane.authority();
    FaultProxy proxy =
        opened(
            FaultProxy.start(
                ports.next(),
                controlPlane.apiPort(),
                TlsContexts.server(authority, controlPlane.apiServerCredentials()),
                TlsContexts.client(authority, controlPlane.adminCredentials()),
                plan));
    operatorKubeconfig = controlPlane.adminKubeconfig(proxy.port());
    return proxy;
  }

  /** The operator that was started last. */
  public @Nullable OperatorProcess operator() {
    return operator;
  }

  /** A client with every right. */
  public KubernetesClient admin() {
    return admin;
  }

  /** Where everything lies. */
  public EnvironmentPaths paths() {
    return paths;
  }

  /** The control plane. */
  public ControlPlane controlPlane() {
    return controlPlane;
  }

  /** Stops everything in the reverse order of its start; a second caller waits for the first. */
  @Override
  public synchronized void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        System.getLogger(Environment.class.getName())
            .log(System.Logger.Level.WARNING, "a part did not stop cleanly", e);
      }
    }
  }
}
