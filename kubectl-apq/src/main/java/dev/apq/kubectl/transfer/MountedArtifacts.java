package dev.apq.kubectl.transfer;

import dev.apq.core.contract.FileLines;
import dev.apq.kubectl.error.ExitStatus;
import dev.apq.kubectl.error.PluginException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Artifacts of a store that is mounted on this machine.
 *
 * @param folder the resource's folder
 */
public record MountedArtifacts(Path folder) implements Artifacts {
  @Override
  public List<FileLines.Entry> fetch(List<String> paths, long maxBytes, OutputStream content)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new PluginException(
          ExitStatus.NOT_FOUND,
          "there is no folder " + folder,
          "give the root of the artifact store with --from, not a folder below it");
    }
    List<FileLines.Entry> files = FileLines.entries(folder, paths);
    Limits.requireAtMost(files, maxBytes);
    for (FileLines.Entry file : files) {
      Files.copy(folder.resolve(file.path()), content);
    }
    return files;
  }
}
