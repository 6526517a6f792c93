package dev.apq.operator.store;

import dev.apq.operator.config.OperatorConfig;
import dev.apq.store.ArtifactStores;
import dev.apq.store.Retries;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Where artifacts lie: {@code <root>/<namespace>/<resource>/<key>}. Every part comes from the
 * operator, never from a user's path.
 */
@Singleton
public final class ArtifactStore {
  private static final Pattern PART = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

  // Seconds, not more: a visit that fails is repeated, and others wait for its thread.
  private static final Retries RETRIES = Retries.growing(4);

  private final Path root;

  /** The store that the configuration names. */
  @Inject
  public ArtifactStore(OperatorConfig config) {
    this(ArtifactStores.open(config.store().root(), environment(config), RETRIES));
  }

  private static Map<String, String> environment(OperatorConfig config) {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.putAll(config.store().s3().environment());
    return environment;
  }

  /** A store below a folder. */
  public ArtifactStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** The root folder. */
  public Path root() {
    return root;
  }

  /**
   * Folder of one resource and key; made if it is missing.
   *
   * @throws IOException if it cannot be made
   */
  public Path folder(String namespace, String resource, String key) throws IOException {
    Path folder = path(namespace, resource, key);
    Files.createDirectories(folder);
    return folder;
  }

  /** Folder of one resource and key, whether or not it exists. */
  public Path path(String namespace, String resource, String key) {
    return root.resolve(relative(namespace, resource, key));
  }

  /** The same below the root; also the sub-path that worker Pods mount. */
  public static String relative(String namespace, String resource, String key) {
    return part(namespace) + "/" + part(resource) + "/" + part(key);
  }

  private static String part(String name) {
    if (!PART.matcher(name).matches()) {
      throw new IllegalArgumentException("not a Kubernetes name: '" + name + "'");
    }
    return name;
  }
}
