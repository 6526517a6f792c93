package dev.apq.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An image: a base, or none, and the folders of {@code root}, one layer each. Times, owners and
 * order are fixed, so the same files give the same digest.
 *
 * @param base reference of the base image, if any
 * @param root what is copied on top
 * @param layers folders below {@code root}, what changes least first
 * @param command what runs
 * @param environment of the command
 * @param ports it listens on
 * @param labels of the image
 */
record ImageFile(
    Optional<String> base,
    Path root,
    List<String> layers,
    List<String> command,
    Map<String, String> environment,
    List<Integer> ports,
    Map<String, String> labels) {
  private static final FilePermissions TEMPORARY = FilePermissions.fromOctalString("777");

  /** Builds the image and hands it to {@code target}. */
  JibContainer build(Containerizer target, Path cache) throws Exception {
    JibContainerBuilder image = base.isPresent() ? Jib.from(base.get()) : Jib.fromScratch();
    for (String layer : layers) {
      image.addFileEntriesLayer(layer(layer));
    }
    return image
        .setEntrypoint(command)
        .setEnvironment(new TreeMap<>(environment))
        .setLabels(new TreeMap<>(labels))
        .setExposedPorts(ports.stream().map(Port::tcp).toArray(Port[]::new))
        .setUser(SystemFiles.USER + ":" + SystemFiles.USER)
        .setWorkingDirectory(AbsoluteUnixPath.get(Program.HOME))
        .setCreationTime(Instant.EPOCH)
        .containerize(
            target
                .setOfflineMode(base.isEmpty())
                .setApplicationLayersCache(cache.resolve("layers"))
                .setBaseImageLayersCache(cache.resolve("bases"))
                .setToolName("apq-images"));
  }

  private FileEntriesLayer layer(String name) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    for (Path path : entries(name)) {
      AbsoluteUnixPath target = AbsoluteUnixPath.get("/" + root.relativize(path));
      layer.addEntry(path, target, permissions(path), FileTree.TIME);
    }
    return layer.build();
  }

  /** A layer named {@code /} holds what is in no other. */
  private List<Path> entries(String name) throws IOException {
    List<Path> entries = new ArrayList<>();
    for (Path path : FileTree.of(name.equals("/") ? root : root.resolve(name))) {
      boolean elsewhere =
          name.equals("/")
              && layers.stream()
                  .filter(other -> !other.equals("/"))
                  .anyMatch(other -> path.startsWith(root.resolve(other)));
      if (!elsewhere && !path.equals(root)) {
        entries.add(path);
      }
    }
    return entries;
  }

  private FilePermissions permissions(Path path) {
    if (path.equals(root.resolve("tmp"))) {
      return TEMPORARY;
    }
    return FilePermissions.fromOctalString(
        Files.isDirectory(path) || Files.isExecutable(path) ? "755" : "644");
  }
}
