package dev.apq.local.controlplane;

import java.nio.file.Path;
import java.time.Clock;

/**
 * Everything that the components of one control plane authenticate with.
 *
 * @param authority certificate that all of them trust
 * @param etcd server and peer of etcd
 * @param apiServer server of the API
 * @param etcdClient the API server towards etcd; signed by etcd's own authority
 * @param kubeletClient the API server towards nodes
 * @param controllerManager user {@code system:kube-controller-manager}
 * @param scheduler user {@code system:kube-scheduler}
 * @param node user {@code system:node:<name>}
 * @param admin a user of the group {@code system:masters}
 * @param serviceAccounts key that signs service account tokens
 * @param etcdAuthority certificate that only etcd and its client trust
 */
record Pki(
    Path authority,
    Path etcdAuthority,
    Credentials etcd,
    Credentials etcdClient,
    Credentials apiServer,
    Credentials kubeletClient,
    Credentials controllerManager,
    Credentials scheduler,
    Credentials node,
    Credentials admin,
    Credentials serviceAccounts) {

  static final String LOOPBACK = "127.0.0.1";

  static Pki create(Path directory, String nodeName, Clock clock) {
    CertificateAuthority ca = CertificateAuthority.create(directory, clock);
    // Clients of the API server must not be able to talk to etcd, hence an authority of its own.
    CertificateAuthority etcdCa = CertificateAuthority.create(directory.resolve("etcd"), clock);
    return new Pki(
        ca.certificate(),
        etcdCa.certificate(),
        etcdCa.issue("etcd", Identity.user("etcd").servedAs("localhost", LOOPBACK)),
        etcdCa.issue("client", Identity.user("kube-apiserver")),
        ca.issue(
            "apiserver",
            Identity.user("kube-apiserver")
                .servedAs(
                    "localhost",
                    "kubernetes",
                    "kubernetes.default",
                    "kubernetes.default.svc",
                    LOOPBACK,
                    "10.96.0.1")),
        ca.issue(
            "kubelet-client", Identity.user("kube-apiserver-kubelet-client", "system:masters")),
        ca.issue("controller-manager", local(Identity.user("system:kube-controller-manager"))),
        ca.issue("scheduler", local(Identity.user("system:kube-scheduler"))),
        ca.issue("node", local(Identity.user("system:node:" + nodeName, "system:nodes"))),
        ca.issue("admin", Identity.user("admin", "system:masters")),
        ca.issue("service-accounts", Identity.user("service-accounts")));
  }

  private static Identity local(Identity identity) {
    return identity.servedAs("localhost", LOOPBACK);
  }
}
