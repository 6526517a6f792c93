package dev.apq.kubectl.transfer;

import dev.apq.core.artifact.InvalidArtifactException;
import java.net.URI;

/**
 * Where in the artifact store something lies.
 *
 * @param resource folder of the resource's run below the store's root: {@code
 *     <namespace>/<name>/<run>}
 * @param path file or folder below that
 */
public record ArtifactFolder(String resource, String path) {

  /**
   * Takes a URI of the status apart. The operator's root is left out: Pods and users mount the
   * store elsewhere.
   *
   * @throws InvalidArtifactException if the URI does not lie in a folder of that resource
   */
  public static ArtifactFolder of(URI uri, String namespace, String name)
      throws InvalidArtifactException {
    String path = uri.getPath();
    String owner = "/" + namespace + "/" + name + "/";
    int at = path == null ? -1 : path.lastIndexOf(owner);
    int run = at < 0 ? -1 : path.indexOf('/', at + owner.length());
    if (path == null || run < 0 || run == path.length() - 1 || path.contains("..")) {
      throw new InvalidArtifactException(uri + " is no artifact of " + namespace + "/" + name);
    }
    String below = path.substring(run + 1);
    return new ArtifactFolder(
        path.substring(at + 1, run),
        below.endsWith("/") ? below.substring(0, below.length() - 1) : below);
  }
}
