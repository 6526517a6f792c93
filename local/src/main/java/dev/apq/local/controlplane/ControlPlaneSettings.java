package dev.apq.local.controlplane;

import java.nio.file.Path;

/**
 * How to run a control plane.
 *
 * @param binary the compiled {@code controlplane} command
 * @param directory where etcd's data, certificates and kubeconfigs lie; data found here is kept
 * @param logs where each component's log goes
 * @param nodeName name of the one node that will join
 * @param preferredApiPort port of the API server if it is free, so that a kubeconfig stays valid
 *     over a restart; 0 for any
 */
public record ControlPlaneSettings(
    Path binary, Path directory, Path logs, String nodeName, int preferredApiPort) {}
