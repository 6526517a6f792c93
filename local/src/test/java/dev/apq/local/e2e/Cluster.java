package dev.apq.local.e2e;

import dev.apq.local.environment.ArtifactVolume;
import dev.apq.local.environment.Distribution;
import dev.apq.local.environment.Environment;
import dev.apq.local.environment.EnvironmentPaths;
import dev.apq.local.environment.OperatorProcess;
import dev.apq.local.node.NodeSettings;
import dev.apq.local.node.RestartBackoff;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The real control plane, node and operator that all end-to-end tests of one run share. */
final class Cluster implements AutoCloseable {
  private static final RestartBackoff QUICK =
      new RestartBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofMinutes(1));

  private final Environment environment;
  private final Distribution distribution;
  private final AtomicInteger namespaces = new AtomicInteger();
  private final Queue<String> inUse = new ConcurrentLinkedQueue<>();
  private OperatorProcess operator;

  private Cluster(Environment environment, Distribution distribution) {
    this.environment = environment;
    this.distribution = distribution;
  }

  static Cluster start() {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("apq.root"), "apq.root"));
    Path state = Path.of(System.getProperty("apq.e2e.directory"));
    deleteTree(state);
    Distribution distribution = new Distribution(root);
    Environment environment =
        Environment.start(
            new EnvironmentPaths(state),
            distribution,
            controlPlane(root),
            NodeSettings.ofThisMachine(Environment.NODE).withBackoff(QUICK));
    environment.installCustomResources();
    return new Cluster(environment, distribution);
  }

  Kubectl kubectl() {
    return new Kubectl(environment.paths().kubeconfig());
  }

  /** Compiles the control plane unless it is in the user's cache. */
  private static Path controlPlane(Path root) {
    try {
      Process build =
          new ProcessBuilder(root.resolve("local/controlplane/build").toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String path =
          new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!build.waitFor(1, TimeUnit.HOURS) || build.exitValue() != 0) {
        throw new IllegalStateException("the control plane could not be compiled");
      }
      return Path.of(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  KubernetesClient admin() {
    return environment.admin();
  }

  Environment environment() {
    return environment;
  }

  Distribution distribution() {
    return distribution;
  }

  /** The operator, started when first asked for. */
  synchronized OperatorProcess operator() {
    if (operator == null) {
      operator = environment.startOperator("default");
    } else if (!operator.alive()) {
      operator = environment.launchOperator();
    }
    return operator;
  }

  /** Stops that operator, so that others may take its place; the next to ask for it starts it. */
  synchronized void stopOperator() {
    if (operator != null && operator.alive()) {
      operator.close();
    }
  }

  /** A new namespace with the artifact claim in it. */
  String namespace(String purpose) {
    String name = purpose + "-" + namespaces.incrementAndGet();
    admin()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    inUse.add(name);
    new ArtifactVolume(ArtifactVolume.ARTIFACTS_CLAIM, environment.paths().artifacts())
        .provide(admin(), name);
    admin()
        .serviceAccounts()
        .inNamespace(name)
        .withName("default")
        .waitUntilCondition(Objects::nonNull, 60, TimeUnit.SECONDS);
    return name;
  }

  /**
   * Deletes the namespaces made so far, without waiting for their ends, so that what one class left
   * running does not keep the operator of the next one busy.
   */
  void deleteNamespaces() {
    for (String name = inUse.poll(); name != null; name = inUse.poll()) {
      admin().namespaces().withName(name).delete();
    }
  }

  private static void deleteTree(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    environment.close();
  }
}
