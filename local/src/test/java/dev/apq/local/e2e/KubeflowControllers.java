package dev.apq.local.e2e;

import dev.apq.local.controlplane.ControlPlane;
import dev.apq.local.process.Ports;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Kueue, JobSet and the Kubeflow Trainer: their own manifests and their own controllers, compiled
 * from their Go modules. Only the way from the API server to their webhooks differs from a cluster.
 */
final class KubeflowControllers implements AutoCloseable {
  private static final List<String> KINDS =
      List.of(
          "Namespace",
          "CustomResourceDefinition",
          "Secret",
          "MutatingWebhookConfiguration",
          "ValidatingWebhookConfiguration");

  private final Cluster cluster;
  private final Path folder;
  private final Ports ports = new Ports(RandomGenerator.getDefault());
  private final List<ControllerProcess> processes = new ArrayList<>();

  KubeflowControllers(Cluster cluster) {
    this.cluster = cluster;
    this.folder = cluster.environment().paths().root().resolve("kubeflow");
  }

  void start() {
    jobSet();
    trainer();
    kueue();
  }

  private ControllerProcess launch(String binary, String configuration, int health, Path own) {
    TrainJobs.awaitServed(cluster);
    ControllerProcess process =
        ControllerProcess.start(cluster, binary, configuration, health, own);
    processes.add(process);
    return process;
  }

  /**
   * Kueue issues its webhooks' certificate itself, for the name of a Service. That Service leads to
   * this machine, and what a kubelet would mount is copied from the Secret.
   */
  private void kueue() {
    int webhooks = ports.next();
    int health = ports.next();
    Path certificates = folder.resolve("kueue/certificates");
    TrainJobs.apply(
        cluster,
        ControllerProcess.manifests(cluster, GoModule.kueue().path("config/default"), KINDS)
                .replaceAll(
                    "(?m)^( +)name: kueue-webhook-service$",
                    "$1name: kueue-webhook-service\n$1port: " + webhooks)
            + """
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: kueue-webhook-service, namespace: kueue-system}
            spec: {type: ExternalName, externalName: localhost, ports: [{port: %d}]}
            """
                .formatted(webhooks));
    ControllerProcess process =
        launch(
            "kueue",
            """
            apiVersion: config.kueue.x-k8s.io/v1beta2
            kind: Configuration
            namespace: kueue-system
            health: {healthProbeBindAddress: "127.0.0.1:%d"}
            metrics: {bindAddress: "0"}
            webhook: {host: 127.0.0.1, port: %d, certDir: %s}
            leaderElection: {leaderElect: false}
            internalCertManagement:
              enable: true
              webhookServiceName: kueue-webhook-service
              webhookSecretName: kueue-webhook-server-cert
            integrations: {frameworks: [batch/job, trainer.kubeflow.org/trainjob]}
            featureGates: {VisibilityOnDemand: false}
            """
                .formatted(health, webhooks, certificates),
            health,
            folder.resolve("kueue"));
    Wait.until("Kueue has issued its certificate", () -> issued() != null);
    write(certificates, issued());
    process.awaitReady();
  }

  private Map<String, String> issued() {
    Secret secret =
        cluster
            .admin()
            .secrets()
            .inNamespace("kueue-system")
            .withName("kueue-webhook-server-cert")
            .get();
    return secret == null || secret.getData() == null || !secret.getData().containsKey("tls.crt")
        ? null
        : secret.getData();
  }

  private static void write(Path folder, Map<String, String> data) {
    try {
      Files.createDirectories(folder);
      for (Map.Entry<String, String> file : data.entrySet()) {
        Files.write(folder.resolve(file.getKey()), Base64.getDecoder().decode(file.getValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void jobSet() {
    int webhooks = ports.next();
    int health = ports.next();
    TrainJobs.apply(
        cluster,
        reachable(
            ControllerProcess.manifests(cluster, GoModule.jobSet().path("config/default"), KINDS),
            webhooks));
    ControllerProcess process =
        launch(
            "jobset",
            """
            apiVersion: config.jobset.x-k8s.io/v1alpha1
            kind: Configuration
            health: {healthProbeBindAddress: "127.0.0.1:%d"}
            metrics: {bindAddress: "0"}
            webhook: {host: 127.0.0.1, port: %d, certDir: %s}
            leaderElection: {leaderElect: false}
            internalCertManagement: {enable: false}
            """
                .formatted(health, webhooks, certificates(folder.resolve("jobset"))),
            health,
            folder.resolve("jobset"));
    process.awaitReady();
  }

  private void trainer() {
    int webhooks = ports.next();
    int health = ports.next();
    GoModule module = GoModule.trainer();
    for (String definitions : List.of("manifests/base/crds", "manifests/base/webhook")) {
      TrainJobs.apply(
          cluster,
          reachable(
              ControllerProcess.manifests(cluster, module.path(definitions), KINDS), webhooks));
    }
    certificates(folder.resolve("trainer/k8s-webhook-server/serving-certs"));
    ControllerProcess process =
        launch(
            "trainer-controller-manager",
            """
            apiVersion: config.trainer.kubeflow.org/v1alpha1
            kind: Configuration
            health: {healthProbeBindAddress: "127.0.0.1:%d"}
            metrics: {bindAddress: "0"}
            webhook: {host: 127.0.0.1, port: %d}
            leaderElection: {leaderElect: false}
            certManagement: {enable: false}
            """
                .formatted(health, webhooks),
            health,
            folder.resolve("trainer"));
    process.awaitReady();
  }

  /** Lets the API server reach webhooks on this machine, by the certificate that is its own. */
  private String reachable(String manifests, int port) {
    String authority =
        Base64.getEncoder()
            .encodeToString(
                Wait.read(cluster.environment().controlPlane().authority())
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return manifests.replaceAll(
        "(?m)^( +)clientConfig:\\n +service:\\n +name: .*\\n +namespace: .*\\n +path: (.*)$",
        "$1clientConfig:\n$1  url: https://127.0.0.1:" + port + "$2\n$1  caBundle: " + authority);
  }

  private Path certificates(Path target) {
    ControlPlane controlPlane = cluster.environment().controlPlane();
    try {
      Files.createDirectories(target);
      Files.copy(controlPlane.apiServerCredentials().certificate(), target.resolve("tls.crt"));
      Files.copy(controlPlane.apiServerCredentials().key(), target.resolve("tls.key"));
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody answers the API server's questions any more, so it shall ask none. */
  @Override
  public void close() {
    cluster
        .kubectl()
        .run(
            "", "delete", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "--all");
    processes.forEach(ControllerProcess::close);
  }
}
