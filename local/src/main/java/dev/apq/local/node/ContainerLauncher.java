package dev.apq.local.node;

import dev.apq.local.process.ChildProcess;
import dev.apq.local.process.Command;
import dev.apq.local.process.ProcessTable;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts containers as local processes. */
final class ContainerLauncher {
  /** Where a worker writes why it failed; without a mount namespace the path is no constant. */
  private static final String TERMINATION_LOG_VARIABLE = "APQ_TERMINATION_LOG";

  private static final String DEFAULT_TERMINATION_LOG = "/dev/termination-log";

  private final ImageCommands images;
  private final ContainerEnvironment environments;
  private final ProcessTable processes;
  private final NodePaths paths;

  ContainerLauncher(
      ImageCommands images,
      ContainerEnvironment environments,
      ProcessTable processes,
      NodePaths paths) {
    this.images = images;
    this.environments = environments;
    this.processes = processes;
    this.paths = paths;
  }

  /**
   * Starts a container of a Pod.
   *
   * @throws UnknownImage when no local command stands for the image
   * @throws NotYetPossible when something that the container refers to is missing
   * @throws IOException when the program cannot be started
   */
  ChildProcess start(Pod pod, Container container, PodVolumes volumes) throws IOException {
    ImageCommand image =
        images
            .find(container.getImage())
            .orElseThrow(() -> new UnknownImage(images.refusal(container.getImage())));
    Path terminationLog = paths.terminationLog(pod, container.getName());
    Path home = paths.home(pod, container.getName());
    Files.createDirectories(terminationLog.getParent());
    Files.createDirectories(home);
    Files.createDirectories(paths.log(pod, container.getName()).getParent());
    Files.writeString(terminationLog, "");

    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("PATH", System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    defaults.put("HOME", home.toString());
    defaults.put("HOSTNAME", pod.getMetadata().getName());
    defaults.put(TERMINATION_LOG_VARIABLE, terminationLog.toString());
    defaults.putAll(image.environment());
    Map<String, String> environment = environments.resolve(pod, container, defaults);
    PathRemap remap =
        volumes
            .mount(pod, container, environment)
            .with(new PathRemap.Mount(terminationMessagePath(container), terminationLog));
    Map<String, String> remapped = new HashMap<>();
    environment.forEach(
        (name, value) ->
            // What this node itself set is a host path already.
            remapped.put(name, value.equals(defaults.get(name)) ? value : remap.apply(value)));
    return processes.start(
        new Command(
            pod.getMetadata().getName() + "/" + container.getName(),
            line(container, image, environment, remap),
            remapped,
            workingDirectory(container, remap, home),
            paths.log(pod, container.getName())));
  }

  private static List<String> line(
      Container container, ImageCommand image, Map<String, String> environment, PathRemap remap) {
    List<String> line = new ArrayList<>();
    if (container.getCommand().isEmpty()) {
      line.addAll(image.entrypoint());
    }
    List<String> given = new ArrayList<>(container.getCommand());
    given.addAll(container.getArgs());
    given.forEach(word -> line.add(remap.apply(Variables.expand(word, environment))));
    if (line.isEmpty()) {
      throw new NotYetPossible(
          "image " + container.getImage() + " has no entrypoint here: set the container's command");
    }
    return line;
  }

  private static Path workingDirectory(Container container, PathRemap remap, Path home) {
    @Nullable String wanted = container.getWorkingDir();
    return wanted == null || wanted.isEmpty() ? home : Path.of(remap.apply(wanted));
  }

  private static String terminationMessagePath(Container container) {
    @Nullable String path = container.getTerminationMessagePath();
    return path == null || path.isEmpty() ? DEFAULT_TERMINATION_LOG : path;
  }

  /** An image that no local command stands for. */
  static final class UnknownImage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says which images are known. */
    UnknownImage(String message) {
      super(message);
    }
  }
}
