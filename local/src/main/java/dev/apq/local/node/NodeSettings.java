package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node is.
 *
 * @param name name of the Node, as in its certificate
 * @param address address that the API server reaches the agent at
 * @param capacity what the machine has; the scheduler limits parallelism by what is allocatable
 * @param reservedMemoryMiB MiB of memory that Pods may not ask for: the control plane needs it
 * @param backoff delays between restarts of a container
 */
public record NodeSettings(
    String name,
    String address,
    Map<String, Quantity> capacity,
    long reservedMemoryMiB,
    RestartBackoff backoff) {
  private static final long MIB = 1024 * 1024;
  private static final long DEFAULT_RESERVED_MIB = 1536;

  /** Copies the map. */
  public NodeSettings {
    capacity = Map.copyOf(capacity);
  }

  /** This machine: its processors and memory, and at most 110 Pods. */
  public static NodeSettings ofThisMachine(String name) {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Map<String, Quantity> capacity =
        Map.of(
            "cpu",
            new Quantity(Integer.toString(Runtime.getRuntime().availableProcessors())),
            "memory",
            new Quantity(system.getTotalMemorySize() / MIB + "Mi"),
            "pods",
            new Quantity("110"));
    return new NodeSettings(
        name, "127.0.0.1", capacity, DEFAULT_RESERVED_MIB, RestartBackoff.KUBELET);
  }

  /** The same node with other delays between restarts. */
  public NodeSettings withBackoff(RestartBackoff other) {
    return new NodeSettings(name, address, capacity, reservedMemoryMiB, other);
  }

  /** What Pods may ask for in all. */
  Map<String, Quantity> allocatable() {
    Map<String, Quantity> allocatable = new LinkedHashMap<>(capacity);
    allocatable.computeIfPresent(
        "memory",
        (name, total) ->
            new Quantity(
                Math.max(0, total.getNumericalAmount().longValue() / MIB - reservedMemoryMiB)
                    + "Mi"));
    return allocatable;
  }
}
