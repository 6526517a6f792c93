package dev.apq.local.controlplane;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command line flags of the four components, for one loopback-only control plane. */
final class ComponentFlags {
  /** The controllers that Jobs, their Pods and statically bound volumes need. */
  private static final List<String> CONTROLLERS =
      List.of(
          "job-controller",
          "cronjob-controller",
          "garbage-collector-controller",
          "namespace-controller",
          "serviceaccount-controller",
          "serviceaccount-token-controller",
          "root-ca-certificate-publisher-controller",
          "ttl-after-finished-controller",
          "pod-garbage-collector-controller",
          "node-lifecycle-controller",
          "taint-eviction-controller",
          "disruption-controller",
          "resourcequota-controller",
          "clusterrole-aggregation-controller",
          "persistentvolume-binder-controller",
          // Deleting a claim or a volume waits for these two.
          "persistentvolumeclaim-protection-controller",
          "persistentvolume-protection-controller");

  private ComponentFlags() {}

  static List<String> etcd(ControlPlaneSettings settings, Pki pki, int clientPort, int peerPort) {
    String client = https(clientPort);
    String peer = https(peerPort);
    return List.of(
        "--name=apq",
        "--data-dir=" + settings.directory().resolve("etcd"),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=apq=" + peer,
        "--client-cert-auth",
        "--trusted-ca-file=" + pki.etcdAuthority(),
        "--cert-file=" + pki.etcd().certificate(),
        "--key-file=" + pki.etcd().key(),
        "--peer-client-cert-auth",
        "--peer-trusted-ca-file=" + pki.etcdAuthority(),
        "--peer-cert-file=" + pki.etcd().certificate(),
        "--peer-key-file=" + pki.etcd().key(),
        // A power cut may lose this throw-away state; in return nothing waits for the disk.
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  static List<String> apiServer(
      ControlPlaneSettings settings, Pki pki, int port, int etcdClientPort) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--etcd-servers=" + https(etcdClientPort),
                "--etcd-cafile=" + pki.etcdAuthority(),
                "--etcd-certfile=" + pki.etcdClient().certificate(),
                "--etcd-keyfile=" + pki.etcdClient().key(),
                "--client-ca-file=" + pki.authority(),
                "--anonymous-auth=false",
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + pki.serviceAccounts().certificate(),
                "--service-account-signing-key-file=" + pki.serviceAccounts().key(),
                "--kubelet-preferred-address-types=InternalIP",
                "--kubelet-certificate-authority=" + pki.authority(),
                "--kubelet-client-certificate=" + pki.kubeletClient().certificate(),
                "--kubelet-client-key=" + pki.kubeletClient().key(),
                "--cert-dir=" + settings.directory()));
    flags.addAll(serving(pki.apiServer(), port));
    return List.copyOf(flags);
  }

  static List<String> controllerManager(Pki pki, Path kubeconfig, int port) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--kubeconfig=" + kubeconfig,
                "--leader-elect=false",
                "--controllers=" + String.join(",", CONTROLLERS),
                // Without their own credentials the controllers lack the right to make Pods.
                "--use-service-account-credentials=true",
                "--service-account-private-key-file=" + pki.serviceAccounts().key(),
                "--root-ca-file=" + pki.authority(),
                // A claim that names its volume is then bound within a second, not within 15.
                "--pvclaimbinder-sync-period=1s",
                "--kube-api-qps=100",
                "--kube-api-burst=200"));
    flags.addAll(serving(pki.controllerManager(), port));
    return List.copyOf(flags);
  }

  static List<String> scheduler(Pki pki, Path kubeconfig, int port) {
    List<String> flags =
        new ArrayList<>(List.of("--kubeconfig=" + kubeconfig, "--leader-elect=false"));
    flags.addAll(serving(pki.scheduler(), port));
    return List.copyOf(flags);
  }

  private static List<String> serving(Credentials credentials, int port) {
    return List.of(
        "--bind-address=" + Pki.LOOPBACK,
        "--secure-port=" + port,
        "--tls-cert-file=" + credentials.certificate(),
        "--tls-private-key-file=" + credentials.key(),
        "--profiling=false");
  }

  private static String https(int port) {
    return "https://" + Pki.LOOPBACK + ":" + port;
  }
}
