package dev.apq.kubectl.transfer;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the workers of a resource reach an artifact store in S3: as one of their Jobs says. Keys stay
 * in the Secret that it names.
 *
 * @param root URI of the store's root, without a slash at the end
 * @param environment variables that say how S3 is reached, or name the Secret
 * @param serviceAccount ServiceAccount of the Pods; null for the namespace's default
 */
public record ObjectAccess(String root, List<EnvVar> environment, @Nullable String serviceAccount) {
  // The folder of a run is <namespace>/<resource>/<key> below the root.
  private static final Pattern STORE = Pattern.compile("--store=(s3://.+)/[^/]+/[^/]+/[^/]+");
  private static final List<String> PREFIXES = List.of("APQ_STORE_", "AWS_");

  /** As in a worker's Pod; empty if it mounts a volume. */
  static Optional<ObjectAccess> of(PodSpec pod, Container worker) {
    return Objects.requireNonNullElse(worker.getArgs(), List.<String>of()).stream()
        .map(STORE::matcher)
        .filter(Matcher::matches)
        .findFirst()
        .map(
            store ->
                new ObjectAccess(
                    store.group(1),
                    Objects.requireNonNullElse(worker.getEnv(), List.<EnvVar>of()).stream()
                        .filter(
                            variable -> PREFIXES.stream().anyMatch(variable.getName()::startsWith))
                        .toList(),
                    pod.getServiceAccountName()));
  }
}
