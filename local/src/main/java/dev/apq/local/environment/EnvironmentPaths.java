package dev.apq.local.environment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * Where one environment keeps its state.
 *
 * @param root folder of the environment; only its owner may look into it
 */
public record EnvironmentPaths(Path root) {
  /** Etcd's data, certificates and kubeconfigs of the components. */
  public Path controlPlane() {
    return root.resolve("control-plane");
  }

  /** The artifact store. */
  public Path artifacts() {
    return root.resolve("artifacts");
  }

  /** Logs of the components and the operator. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** Container logs, by namespace and Pod. */
  public Path podLogs() {
    return logs().resolve("pods");
  }

  /** Volumes and homes of the Pods. */
  public Path node() {
    return root.resolve("node");
  }

  /** Records of the running process groups. */
  public Path processes() {
    return root.resolve("processes");
  }

  /** The kubeconfig for people. */
  public Path kubeconfig() {
    return root.resolve("kubeconfig");
  }

  /** Native libraries that workers unpack. */
  public Path workerCache() {
    return root.resolve("worker-cache");
  }

  /** Files of the worker that only stands in for one. */
  public Path standIn() {
    return root.resolve("stand-in");
  }

  /** Exists while the operator is ready; holds the port of its HTTP endpoints. */
  public Path ready() {
    return root.resolve("ready");
  }

  private Path apiPort() {
    return root.resolve("api-port");
  }

  void create() throws IOException {
    Files.createDirectories(
        root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    for (Path folder : List.of(controlPlane(), artifacts(), podLogs(), node(), workerCache())) {
      Files.createDirectories(folder);
    }
  }

  /** Port of the API server in the last life of this environment, 0 if it had none. */
  int lastApiPort() {
    try {
      return Files.exists(apiPort()) ? Integer.parseInt(Files.readString(apiPort()).strip()) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  void rememberApiPort(int port) throws IOException {
    Files.writeString(apiPort(), port + "\n");
  }
}
