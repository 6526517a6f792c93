package dev.apq.local.node;

import dev.apq.local.process.ProcessTable;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * A small kubelet: it registers one Node and runs the Pods that are bound to it as processes of
 * this machine.
 *
 * <p>Pods of an earlier agent are reported as failed by the node's fault ({@code
 * DisruptionTarget}), because their processes ended with that agent. What a process is not: it
 * shares the machine's files, network and users, nothing limits its memory, and nothing is pulled.
 */
public final class NodeAgent implements AutoCloseable, ResourceEventHandler<Pod> {
  private static final System.Logger LOG = System.getLogger(NodeAgent.class.getName());
  private static final long RENEW_SECONDS = 10;
  private static final long STOP_SECONDS = 20;

  private final KubernetesClient client;
  private final NodeSettings settings;
  private final NodePaths paths;
  private final Clock clock = Clock.systemUTC();
  private final ContainerLauncher launcher;
  private final PodObjects objects;
  private final PodFields fields;
  private final NodeRegistration registration;
  private final Map<String, PodRunner> runners = new ConcurrentHashMap<>();

  /** Pods whose last status this agent has sent; a late event must not start them again. */
  private final Set<String> finished = ConcurrentHashMap.newKeySet();

  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> daemon(task, "apq-pod"));
  private final ScheduledExecutorService heartbeat =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "apq-node-lease"));
  private final SharedIndexInformer<Pod> informer;
  private final LogServer logServer;

  private NodeAgent(
      KubernetesClient client,
      NodeSettings settings,
      NodePaths paths,
      ImageCommands images,
      ProcessTable processes,
      LogEndpoint endpoint)
      throws IOException {
    this.client = client;
    this.settings = settings;
    this.paths = paths;
    this.objects = new ApiPodObjects(client);
    this.fields = new PodFields(settings.address(), settings.allocatable());
    this.launcher =
        new ContainerLauncher(images, new ContainerEnvironment(objects, fields), processes, paths);
    this.registration = new NodeRegistration(client, settings, clock);
    this.informer =
        client
            .pods()
            .inAnyNamespace()
            .withField("spec.nodeName", settings.name())
            .runnableInformer(0);
    this.logServer = LogServer.start(endpoint.tls(), endpoint.port(), paths.logs(), this::mayWrite);
  }

  /**
   * Where the node serves container logs to the API server.
   *
   * @param tls shows the node's certificate and trusts the cluster's authority
   * @param port port on 127.0.0.1
   */
  public record LogEndpoint(SSLContext tls, int port) {}

  private boolean mayWrite(LogRequest request) {
    Pod pod = informer.getStore().getByKey(request.namespace() + "/" + request.pod());
    return pod != null && runners.containsKey(pod.getMetadata().getUid());
  }

  /**
   * Registers the node and starts to run its Pods.
   *
   * @param client authenticated as the node; closed by the caller after this agent
   * @param endpoint where container logs are served
   * @throws IOException when the endpoint's port cannot be used
   */
  public static NodeAgent start(
      KubernetesClient client,
      NodeSettings settings,
      NodePaths paths,
      ImageCommands images,
      ProcessTable processes,
      LogEndpoint endpoint)
      throws IOException {
    NodeAgent agent = new NodeAgent(client, settings, paths, images, processes, endpoint);
    agent.registration.register(settings.allocatable(), endpoint.port());
    agent.informer.addEventHandler(agent).run();
    agent.heartbeat.scheduleAtFixedRate(agent::renew, 1, RENEW_SECONDS, TimeUnit.SECONDS);
    return agent;
  }

  @Override
  public void onAdd(Pod pod) {
    onUpdate(pod, pod);
  }

  @Override
  public void onUpdate(Pod earlier, Pod pod) {
    String uid = pod.getMetadata().getUid();
    PodRunner running = runners.get(uid);
    if (running != null) {
      running.changed(pod);
    } else if (terminal(pod) || finished.contains(uid)) {
      if (pod.getMetadata().getDeletionTimestamp() != null) {
        threads.execute(() -> remove(pod));
      }
    } else {
      run(pod);
    }
  }

  @Override
  public void onDelete(Pod pod, boolean finalStateUnknown) {
    String uid = pod.getMetadata().getUid();
    PodRunner running = runners.get(uid);
    if (running != null) {
      running.gone();
    }
    finished.remove(uid);
    threads.execute(() -> clear(paths.directory(uid)));
  }

  private void run(Pod pod) {
    String uid = pod.getMetadata().getUid();
    PodRunner runner =
        new PodRunner(
            pod,
            launcher,
            new PodVolumes(objects, fields, paths.volumes(pod)),
            paths,
            new PodReporter(client, new PodStatuses(settings.address()), clock),
            settings.backoff(),
            clock);
    runners.put(uid, runner);
    threads.execute(
        () -> {
          try {
            runner.run();
          } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Pod " + pod.getMetadata().getName() + " lost", e);
          } finally {
            finished.add(uid);
            runners.remove(uid);
          }
          Pod latest =
              informer
                  .getStore()
                  .getByKey(pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName());
          if (latest != null
              && latest.getMetadata().getUid().equals(uid)
              && latest.getMetadata().getDeletionTimestamp() != null) {
            remove(latest);
          }
        });
  }

  /** Confirms a deletion: all processes have ended and the last status has been sent. */
  private void remove(Pod pod) {
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .withGracePeriod(0)
          .delete();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        LOG.log(System.Logger.Level.WARNING, "cannot confirm a deletion", e);
      }
    }
  }

  private static boolean terminal(Pod pod) {
    return pod.getStatus() != null
        && Set.of("Succeeded", "Failed").contains(String.valueOf(pod.getStatus().getPhase()));
  }

  private void renew() {
    try {
      registration.renewLease();
      registration.stayReady();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot say that the node lives: {0}", e.getMessage());
    }
  }

  private static void clear(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot remove {0}: {1}", directory, e.getMessage());
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Ends all Pods, reports them as disrupted, and reports the node not ready. */
  @Override
  public void close() {
    heartbeat.shutdownNow();
    informer.stop();
    logServer.close();
    try {
      registration.leave();
    } catch (KubernetesClientException e) {
      LOG.log(System.Logger.Level.WARNING, "cannot report the node: {0}", e.getMessage());
    }
    runners.values().forEach(PodRunner::shutDown);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      threads.shutdownNow();
    }
  }
}
