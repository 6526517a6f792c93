package dev.apq.local.node;

import java.util.List;
import java.util.Map;

/**
 * The local command that stands for a container image.
 *
 * @param entrypoint program and first arguments, as an image's ENTRYPOINT; empty when only a
 *     container that names its own {@code command} can run
 * @param environment variables that the image would define
 */
public record ImageCommand(List<String> entrypoint, Map<String, String> environment) {
  /** Copies the collections. */
  public ImageCommand {
    entrypoint = List.copyOf(entrypoint);
    environment = Map.copyOf(environment);
  }
}
