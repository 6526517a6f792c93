package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resolves the environment variables of a container. */
final class ContainerEnvironment {
  private final PodObjects objects;
  private final PodFields fields;

  ContainerEnvironment(PodObjects objects, PodFields fields) {
    this.objects = objects;
    this.fields = fields;
  }

  /**
   * The variables that the Pod defines, {@code envFrom} first, with references to earlier ones
   * replaced. Paths are still the container's.
   *
   * @param defaults variables of the image and the node, which the Pod may override
   * @throws NotYetPossible when a ConfigMap, a Secret or a key that is not optional is missing
   */
  Map<String, String> resolve(Pod pod, Container container, Map<String, String> defaults) {
    Map<String, String> values = new LinkedHashMap<>(defaults);
    for (EnvFromSource source : container.getEnvFrom()) {
      String prefix = source.getPrefix() == null ? "" : source.getPrefix();
      allOf(pod, source).forEach((key, value) -> values.put(prefix + key, text(value)));
    }
    for (EnvVar variable : container.getEnv()) {
      @Nullable EnvVarSource from = variable.getValueFrom();
      if (from != null) {
        valueFrom(pod, container, from).ifPresent(value -> values.put(variable.getName(), value));
      } else {
        String value = variable.getValue() == null ? "" : variable.getValue();
        values.put(variable.getName(), Variables.expand(value, values));
      }
    }
    return values;
  }

  private Map<String, byte[]> allOf(Pod pod, EnvFromSource source) {
    String namespace = pod.getMetadata().getNamespace();
    if (source.getConfigMapRef() != null) {
      String name = source.getConfigMapRef().getName();
      return orOptional(
              objects.configMap(namespace, name),
              source.getConfigMapRef().getOptional(),
              "configmap \"" + name + "\" not found")
          .orElse(Map.of());
    }
    String name = source.getSecretRef().getName();
    return orOptional(
            objects.secret(namespace, name),
            source.getSecretRef().getOptional(),
            "secret \"" + name + "\" not found")
        .orElse(Map.of());
  }

  private Optional<String> valueFrom(Pod pod, Container container, EnvVarSource from) {
    String namespace = pod.getMetadata().getNamespace();
    if (from.getFieldRef() != null) {
      return Optional.of(fields.field(pod, from.getFieldRef().getFieldPath()));
    }
    if (from.getResourceFieldRef() != null) {
      return Optional.of(fields.resource(container, from.getResourceFieldRef()));
    }
    if (from.getConfigMapKeyRef() != null) {
      var ref = from.getConfigMapKeyRef();
      return key(
          objects.configMap(namespace, ref.getName()),
          ref.getKey(),
          ref.getOptional(),
          "configmap \"" + ref.getName() + "\"");
    }
    if (from.getSecretKeyRef() != null) {
      var ref = from.getSecretKeyRef();
      return key(
          objects.secret(namespace, ref.getName()),
          ref.getKey(),
          ref.getOptional(),
          "secret \"" + ref.getName() + "\"");
    }
    throw new NotYetPossible("unsupported source of an environment variable: " + from);
  }

  private static Optional<String> key(
      Optional<Map<String, byte[]>> contents, String key, @Nullable Boolean optional, String what) {
    return orOptional(
            contents.map(map -> map.get(key)), optional, what + " with key " + key + " not found")
        .map(ContainerEnvironment::text);
  }

  private static <T> Optional<T> orOptional(
      Optional<T> found, @Nullable Boolean optional, String missing) {
    if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
      throw new NotYetPossible(missing);
    }
    return found;
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
