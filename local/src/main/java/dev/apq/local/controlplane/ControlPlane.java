package dev.apq.local.controlplane;

import dev.apq.local.process.Await;
import dev.apq.local.process.ChildProcess;
import dev.apq.local.process.Command;
import dev.apq.local.process.Ports;
import dev.apq.local.process.ProcessTable;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A real Kubernetes control plane on the loopback interface: etcd, kube-apiserver,
 * kube-controller-manager and kube-scheduler as unprivileged child processes, with certificates of
 * their own. It has no node until a {@link dev.apq.local.node.NodeAgent} registers one.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final ControlPlaneSettings settings;
  private final ProcessTable processes;
  private final Pki pki;
  private final int apiPort;
  private final List<ChildProcess> components = new ArrayList<>();

  private ControlPlane(ControlPlaneSettings settings, ProcessTable processes, int apiPort) {
    this.settings = settings;
    this.processes = processes;
    this.apiPort = apiPort;
    this.pki =
        Pki.create(settings.directory().resolve("pki"), settings.nodeName(), Clock.systemUTC());
  }

  /**
   * Starts all components and waits until each says that it is ready.
   *
   * @throws IllegalStateException when a component ends or does not get ready within two minutes;
   *     the message names its log file and quotes its last line
   */
  public static ControlPlane start(
      ControlPlaneSettings settings, ProcessTable processes, Ports ports) {
    ControlPlane plane =
        new ControlPlane(settings, processes, ports.preferring(settings.preferredApiPort()));
    try {
      plane.startComponents(ports);
      return plane;
    } catch (IOException e) {
      plane.close();
      throw new UncheckedIOException("cannot start the control plane", e);
    } catch (RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private void startComponents(Ports ports) throws IOException {
    Files.createDirectories(settings.logs());
    int etcdPort = ports.next();
    String adminConfig = kubeconfig("admin", pki.admin()).toString();
    run("etcd", ComponentFlags.etcd(settings, pki, etcdPort, ports.next()));
    ChildProcess apiServer =
        run("kube-apiserver", ComponentFlags.apiServer(settings, pki, apiPort, etcdPort));
    try (KubernetesClient admin = client(Path.of(adminConfig))) {
      await(apiServer, () -> ApiServerProbe.ready(admin));
    }
    Endpoint controllerManager = new Endpoint("kube-controller-manager", ports.next());
    Endpoint scheduler = new Endpoint("kube-scheduler", ports.next());
    ChildProcess manager =
        run(
            controllerManager.name(),
            ComponentFlags.controllerManager(
                pki,
                kubeconfig("controller-manager", pki.controllerManager()),
                controllerManager.port()));
    ChildProcess binder =
        run(
            scheduler.name(),
            ComponentFlags.scheduler(
                pki, kubeconfig("scheduler", pki.scheduler()), scheduler.port()));
    HealthProbe probe = HealthProbe.trusting(pki.authority());
    await(manager, () -> probe.healthy(controllerManager.port()));
    await(binder, () -> probe.healthy(scheduler.port()));
  }

  private record Endpoint(String name, int port) {}

  /** Kubeconfig of a user with every right. */
  public Path adminKubeconfig() {
    return settings.directory().resolve("admin.kubeconfig");
  }

  /** Writes a kubeconfig of that user for another way to the API server, on 127.0.0.1. */
  public Path adminKubeconfig(int port) {
    return kubeconfig("admin-" + port, pki.admin(), port);
  }

  /** Key and certificate of the API server. */
  public Credentials apiServerCredentials() {
    return pki.apiServer();
  }

  /** Key and certificate of a user with every right. */
  public Credentials adminCredentials() {
    return pki.admin();
  }

  /** Writes the kubeconfig that the node's agent uses. */
  public Path nodeKubeconfig() {
    return kubeconfig("node", pki.node());
  }

  /** Key and certificate under which the node serves container logs to the API server. */
  public Credentials nodeCredentials() {
    return pki.node();
  }

  /** Certificate of the authority that signed everything but etcd's. */
  public Path authority() {
    return pki.authority();
  }

  /** Port of the API server on 127.0.0.1. */
  public int apiPort() {
    return apiPort;
  }

  /** Sends a signal, by its name without SIG, to a component such as {@code etcd}. */
  public void signal(String component, String signal) {
    components.stream()
        .filter(process -> process.name().equals(component))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no component " + component))
        .signal(signal);
  }

  /** The first component that has ended on its own, if any: the control plane is then unusable. */
  public List<String> ended() {
    return components.stream().filter(c -> !c.alive()).map(ChildProcess::name).toList();
  }

  /** A client for a kubeconfig, independent of the user's own configuration. */
  public static KubernetesClient client(Path kubeconfig) {
    try {
      Config config = Config.fromKubeconfig(kubeconfig.toFile());
      config.setRequestRetryBackoffLimit(5);
      return new KubernetesClientBuilder().withConfig(config).build();
    } catch (RuntimeException e) {
      throw new IllegalStateException("cannot use the kubeconfig " + kubeconfig, e);
    }
  }

  private Path kubeconfig(String name, Credentials credentials) {
    return kubeconfig(name, credentials, apiPort);
  }

  private Path kubeconfig(String name, Credentials credentials, int port) {
    return Kubeconfigs.write(
        settings.directory().resolve(name + ".kubeconfig"),
        "https://" + Pki.LOOPBACK + ":" + port,
        pki.authority(),
        name,
        credentials);
  }

  private ChildProcess run(String component, List<String> flags) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(settings.binary().toString());
    line.add(component);
    line.addAll(flags);
    ChildProcess process =
        processes.start(
            new Command(
                component,
                line,
                Map.of("HOME", settings.directory().toString()),
                settings.directory(),
                log(component)));
    components.add(process);
    return process;
  }

  private void await(ChildProcess component, BooleanSupplier ready) {
    Path log = log(component.name());
    Await.until(
        () -> {
          for (String ended : ended()) {
            throw new IllegalStateException(
                ended
                    + " ended while starting:\n"
                    + Await.lastLines(log(ended), 3)
                    + "\nsee "
                    + log(ended));
          }
          return ready.getAsBoolean();
        },
        READY_TIMEOUT,
        () ->
            component.name()
                + " is not ready after "
                + READY_TIMEOUT.toSeconds()
                + " s:\n"
                + Await.lastLines(log, 3)
                + "\nsee "
                + log);
  }

  private Path log(String component) {
    return settings.logs().resolve(component + ".log");
  }

  /** Stops the components, clients of the API server first and etcd last. */
  @Override
  public void close() {
    List<ChildProcess> order = new ArrayList<>(components);
    Collections.reverse(order);
    order.forEach(component -> component.stop(STOP_GRACE));
  }
}
