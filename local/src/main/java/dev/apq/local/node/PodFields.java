package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The downward API: a Pod's own fields and resources as text. */
final class PodFields {
  private static final Pattern KEYED =
      Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

  private final String address;
  private final Map<String, Quantity> allocatable;

  /**
   * For Pods on one node.
   *
   * @param address address of the node and its Pods
   * @param allocatable what counts as the limit of a container that sets none
   */
  PodFields(String address, Map<String, Quantity> allocatable) {
    this.address = address;
    this.allocatable = Map.copyOf(allocatable);
  }

  /**
   * The value at a field path.
   *
   * @throws NotYetPossible for a path that the downward API does not have
   */
  String field(Pod pod, String path) {
    Matcher keyed = KEYED.matcher(path);
    if (keyed.matches()) {
      return map(pod, keyed.group(1)).getOrDefault(keyed.group(2), "");
    }
    return switch (path) {
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.namespace" -> pod.getMetadata().getNamespace();
      case "metadata.uid" -> pod.getMetadata().getUid();
      case "metadata.labels" -> lines(map(pod, "labels"));
      case "metadata.annotations" -> lines(map(pod, "annotations"));
      case "spec.nodeName" -> pod.getSpec().getNodeName();
      case "spec.serviceAccountName" -> pod.getSpec().getServiceAccountName();
      case "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs" -> address;
      default -> throw new NotYetPossible("there is no field " + path + " in the downward API");
    };
  }

  /** A container's request or limit, divided and rounded up as the API reference says. */
  String resource(Container container, ResourceFieldSelector selector) {
    String[] path = selector.getResource().split("\\.", 2);
    @Nullable ResourceRequirements resources = container.getResources();
    @Nullable Map<String, Quantity> values =
        resources == null
            ? null
            : path[0].equals("limits") ? resources.getLimits() : resources.getRequests();
    @Nullable Quantity value = values == null ? null : values.get(path[1]);
    if (value == null && path[0].equals("limits")) {
      value = allocatable.get(path[1]);
    }
    BigDecimal amount = value == null ? BigDecimal.ZERO : value.getNumericalAmount();
    @Nullable Quantity divisor = selector.getDivisor();
    BigDecimal unit = divisor == null ? BigDecimal.ZERO : divisor.getNumericalAmount();
    return amount
        .divide(unit.signum() == 0 ? BigDecimal.ONE : unit, 0, RoundingMode.CEILING)
        .toPlainString();
  }

  private static Map<String, String> map(Pod pod, String name) {
    @Nullable Map<String, String> values =
        name.equals("labels") ? pod.getMetadata().getLabels() : pod.getMetadata().getAnnotations();
    return values == null ? Map.of() : values;
  }

  private static String lines(Map<String, String> values) {
    return values.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            e ->
                e.getKey()
                    + "=\""
                    + e.getValue().replace("\\", "\\\\").replace("\"", "\\\"")
                    + "\"")
        .collect(Collectors.joining("\n"));
  }
}
