package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lays out the volumes of one Pod on disk. Files of ConfigMaps are rewritten by the mounts of the
 * container that sees them, hence one copy a container; every other volume is shared.
 */
final class PodVolumes {
  private final PodObjects objects;
  private final PodFields fields;
  private final Path directory;
  private final Map<String, Path> shared = new HashMap<>();

  /**
   * For one Pod.
   *
   * @param directory where emptyDir and projected files go
   */
  PodVolumes(PodObjects objects, PodFields fields, Path directory) {
    this.objects = objects;
    this.fields = fields;
    this.directory = directory;
  }

  /**
   * Makes a container's volumes and says where each mount lies.
   *
   * @param environment the container's variables, for {@code subPathExpr}
   * @throws NotYetPossible when a claim, a ConfigMap or the like is missing or not supported
   */
  PathRemap mount(Pod pod, Container container, Map<String, String> environment) {
    List<PathRemap.Mount> mounts = new ArrayList<>();
    Map<Path, Map<String, byte[]>> files = new LinkedHashMap<>();
    for (VolumeMount mount : container.getVolumeMounts()) {
      Volume volume = volume(pod, mount.getName());
      Optional<Map<String, byte[]>> content = content(pod, volume);
      Path root;
      if (content.isPresent()) {
        root = directory.resolve("files").resolve(container.getName()).resolve(volume.getName());
        files.put(root, content.get());
      } else {
        root = shared.computeIfAbsent(volume.getName(), name -> directoryOf(pod, volume));
      }
      mounts.add(
          new PathRemap.Mount(
              mount.getMountPath(), subPath(root, mount, environment, content.isEmpty())));
    }
    PathRemap remap = new PathRemap(mounts);
    files.forEach((root, content) -> PodFiles.write(root, content, remap));
    return remap;
  }

  private static Volume volume(Pod pod, String name) {
    return pod.getSpec().getVolumes().stream()
        .filter(volume -> volume.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new NotYetPossible("there is no volume " + name));
  }

  private Path directoryOf(Pod pod, Volume volume) {
    if (volume.getEmptyDir() != null) {
      return created(directory.resolve("empty").resolve(volume.getName()));
    }
    if (volume.getHostPath() != null) {
      return hostPath(volume.getHostPath());
    }
    if (volume.getPersistentVolumeClaim() != null) {
      PersistentVolume bound =
          objects.volumeOf(
              pod.getMetadata().getNamespace(), volume.getPersistentVolumeClaim().getClaimName());
      if (bound.getSpec().getHostPath() != null) {
        return hostPath(bound.getSpec().getHostPath());
      }
      if (bound.getSpec().getLocal() != null) {
        return Path.of(bound.getSpec().getLocal().getPath());
      }
      throw new NotYetPossible(
          "volume "
              + bound.getMetadata().getName()
              + " is neither hostPath nor local; this node mounts no other kind");
    }
    throw new NotYetPossible(
        "volume " + volume.getName() + " is of a kind that this node cannot mount");
  }

  private static Path hostPath(HostPathVolumeSource source) {
    Path path = Path.of(source.getPath());
    String type = source.getType() == null ? "" : source.getType();
    if (type.equals("DirectoryOrCreate")) {
      return created(path);
    }
    if (type.equals("Directory") && !Files.isDirectory(path)) {
      throw new NotYetPossible("hostPath " + path + " is not a directory");
    }
    return path;
  }

  private static Path subPath(
      Path root, VolumeMount mount, Map<String, String> environment, boolean create) {
    String sub = mount.getSubPath();
    if (mount.getSubPathExpr() != null && !mount.getSubPathExpr().isEmpty()) {
      sub = Variables.expand(mount.getSubPathExpr(), environment);
    }
    if (sub == null || sub.isEmpty()) {
      return root;
    }
    Path path = root.resolve(sub).normalize();
    if (!path.startsWith(root)) {
      throw new NotYetPossible("subPath " + sub + " leaves its volume");
    }
    return create && !Files.exists(path) ? created(path) : path;
  }

  /** The files of a ConfigMap, Secret, downward API or projected volume. */
  private Optional<Map<String, byte[]>> content(Pod pod, Volume volume) {
    String namespace = pod.getMetadata().getNamespace();
    if (volume.getConfigMap() != null) {
      var source = volume.getConfigMap();
      return Optional.of(
          configMap(namespace, source.getName(), source.getItems(), source.getOptional()));
    }
    if (volume.getSecret() != null) {
      var source = volume.getSecret();
      return Optional.of(
          secret(namespace, source.getSecretName(), source.getItems(), source.getOptional()));
    }
    if (volume.getDownwardAPI() != null) {
      Map<String, byte[]> content = new LinkedHashMap<>();
      volume
          .getDownwardAPI()
          .getItems()
          .forEach(item -> content.putAll(PodFiles.field(fields, pod, item)));
      return Optional.of(content);
    }
    if (volume.getProjected() != null) {
      Map<String, byte[]> content = new LinkedHashMap<>();
      volume.getProjected().getSources().forEach(source -> content.putAll(projection(pod, source)));
      return Optional.of(content);
    }
    return Optional.empty();
  }

  private Map<String, byte[]> projection(Pod pod, VolumeProjection source) {
    String namespace = pod.getMetadata().getNamespace();
    Map<String, byte[]> content = new LinkedHashMap<>();
    if (source.getConfigMap() != null) {
      var from = source.getConfigMap();
      content.putAll(configMap(namespace, from.getName(), from.getItems(), from.getOptional()));
    }
    if (source.getSecret() != null) {
      var from = source.getSecret();
      content.putAll(secret(namespace, from.getName(), from.getItems(), from.getOptional()));
    }
    if (source.getDownwardAPI() != null) {
      source
          .getDownwardAPI()
          .getItems()
          .forEach(item -> content.putAll(PodFiles.field(fields, pod, item)));
    }
    if (source.getServiceAccountToken() != null) {
      var from = source.getServiceAccountToken();
      content.put(
          from.getPath(), objects.token(pod, from.getAudience(), from.getExpirationSeconds()));
    }
    return content;
  }

  private Map<String, byte[]> configMap(
      String namespace, String name, List<KeyToPath> items, @Nullable Boolean optional) {
    return PodFiles.select(
        objects.configMap(namespace, name), items, optional, "configmap \"" + name + "\"");
  }

  private Map<String, byte[]> secret(
      String namespace, String name, List<KeyToPath> items, @Nullable Boolean optional) {
    return PodFiles.select(
        objects.secret(namespace, name), items, optional, "secret \"" + name + "\"");
  }

  private static Path created(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + path, e);
    }
  }
}
