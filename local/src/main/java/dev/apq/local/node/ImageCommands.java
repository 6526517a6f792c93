package dev.apq.local.node;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Maps image repositories, such as {@code apq-worker}, to local commands; tags are ignored. */
public final class ImageCommands {
  private final Map<String, ImageCommand> byRepository;

  /** Knows the given repositories. */
  public ImageCommands(Map<String, ImageCommand> byRepository) {
    this.byRepository = new TreeMap<>(byRepository);
  }

  /** The command for an image reference, compared without its tag and digest. */
  public Optional<ImageCommand> find(String image) {
    return Optional.ofNullable(byRepository.get(repository(image)));
  }

  /** What to tell somebody whose image is unknown. */
  public String refusal(String image) {
    return "image "
        + image
        + " cannot run here: this node runs local commands and pulls nothing; it knows "
        + String.join(", ", byRepository.keySet());
  }

  /** The part of an image reference before tag and digest. */
  public static String repository(String image) {
    String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
    int colon = name.lastIndexOf(':');
    // A colon before the last slash belongs to the registry's port.
    return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
  }
}
