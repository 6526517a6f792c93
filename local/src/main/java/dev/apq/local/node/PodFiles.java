package dev.apq.local.node;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files that Pods see of ConfigMaps, Secrets and their own fields. */
final class PodFiles {
  private PodFiles() {}

  /** Picks the keys of {@code items}, or all when there are none. */
  static Map<String, byte[]> select(
      Optional<Map<String, byte[]>> found,
      @Nullable List<KeyToPath> items,
      @Nullable Boolean optional,
      String what) {
    boolean mayMiss = Boolean.TRUE.equals(optional);
    if (found.isEmpty()) {
      if (mayMiss) {
        return Map.of();
      }
      throw new NotYetPossible(what + " not found");
    }
    if (items == null || items.isEmpty()) {
      return found.get();
    }
    Map<String, byte[]> chosen = new LinkedHashMap<>();
    for (KeyToPath item : items) {
      byte @Nullable [] content = found.get().get(item.getKey());
      if (content != null) {
        chosen.put(item.getPath(), content);
      } else if (!mayMiss) {
        throw new NotYetPossible(what + " has no key " + item.getKey());
      }
    }
    return chosen;
  }

  /** One file of a downward API volume. */
  static Map<String, byte[]> field(PodFields fields, Pod pod, DownwardAPIVolumeFile item) {
    if (item.getFieldRef() == null) {
      throw new NotYetPossible("resource fields in downward API volumes are not supported here");
    }
    String value = fields.field(pod, item.getFieldRef().getFieldPath());
    return Map.of(item.getPath(), value.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes the files, readable by their owner only; text is rewritten by {@code remap}. */
  static void write(Path root, Map<String, byte[]> files, PathRemap remap) {
    try {
      Files.createDirectories(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path path = root.resolve(file.getKey()).normalize();
        if (!path.startsWith(root)) {
          throw new NotYetPossible("path " + file.getKey() + " leaves its volume");
        }
        Files.createDirectories(path.getParent());
        Files.write(path, rewritten(file.getValue(), remap));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write files under " + root, e);
    }
  }

  private static byte[] rewritten(byte[] content, PathRemap remap) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return remap.apply(text).getBytes(StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      // Not text: as it is.
      return content;
    }
  }
}
